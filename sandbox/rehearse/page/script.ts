/**
 * What moves the cursor. It asks for nothing, writes text alone, and everything that it shows is on the page without it.
 * A constant text, so that the page's bytes are the same whatever compiles this file.
 */
export const script = `
'use strict';
const rehearsal = JSON.parse(document.getElementById('data').textContent);
const change = rehearsal.change;
const control = document.getElementById('control');
const slider = document.getElementById('moment');
const body = document.getElementById('state');
const time = document.getElementById('time');
const moments = slider.dataset.moments.split(' ').map(Number);
const left = Number(slider.dataset.left);
const width = Number(slider.dataset.width);
const x = at => left + (change.duration === 0 ? 0 : at / change.duration) * width;
const stepAt = (lane, at) => lane.steps.filter(step => step.at <= at).pop() || lane.steps[0];
const label = lane => (lane.name === '' ? lane.id : lane.name);
const nameOf = id => label(change.lags.concat(change.links).find(lane => lane.id === id) || { id, name: '' });
const rows = () => {
  const at = moments[Number(slider.value)];
  const isStill = [change.links, change.lags, change.interfaces].flat().every(lane => lane.steps.length < 2);
  const changing = lanes => lanes.filter(lane => isStill || lane.steps.length > 1);
  return [
    ...changing(change.links).map(lane => {
      const step = stepAt(lane, at);
      return ['link', label(lane), step.state + (step.lag === '' ? ', standalone' : ', in ' + nameOf(step.lag))];
    }),
    ...changing(change.lags).map(lane => {
      const step = stepAt(lane, at);
      return ['LAG', label(lane), step.up + ' of ' + step.members + ' links up, minimum ' + step.minimum];
    }),
    ...changing(change.interfaces).map(lane => {
      const step = stepAt(lane, at);
      return ['interface', label(lane), step.up ? Math.round(step.share * 100) + ' % on ' + nameOf(step.carrier) : 'no link'];
    }),
  ];
};
const show = () => {
  const at = moments[Number(slider.value)];
  time.textContent = (at / 1000).toFixed(1) + ' s';
  slider.setAttribute('aria-valuetext', time.textContent);
  body.replaceChildren(
    ...rows().map(cells => {
      const row = document.createElement('tr');
      row.append(
        ...cells.map(text => {
          const cell = document.createElement('td');
          cell.textContent = text;
          return cell;
        }),
      );
      return row;
    }),
  );
  for (const line of document.querySelectorAll('.cursor')) {
    line.setAttribute('x1', x(at));
    line.setAttribute('x2', x(at));
  }
};
const goTo = at => {
  const nearest = moments.reduce((best, each, index) => (Math.abs(each - at) < Math.abs(moments[best] - at) ? index : best), 0);
  slider.value = String(nearest);
  show();
};
for (const svg of document.querySelectorAll('svg.timeline')) {
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    const place = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    goTo(((place - left) / width) * change.duration);
  });
}
const fromHash = () => {
  const found = /^#at-(\\d+)$/.exec(location.hash);
  if (found) goTo(Number(found[1]));
};
addEventListener('hashchange', fromHash);
slider.addEventListener('input', show);
control.hidden = false;
document.documentElement.classList.add('live');
show();
fromHash();
`;
