import { type ComponentChildren, Fragment } from 'preact';

export const label = ({ id, name }: { readonly id: string; readonly name: string }) => (name === '' ? id : name);

export function Section({
  id,
  number,
  title,
  children,
}: {
  id: string;
  number: number;
  title: string;
  children: ComponentChildren;
}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <span class="number">{number}</span>
        {title}
      </h2>
      {children}
    </section>
  );
}

export function Table({
  name,
  head,
  children,
}: {
  name: string;
  head: readonly string[];
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="scroll" tabIndex={0} aria-label={name}>
      <table>
        <thead>
          <tr>
            {head.map(title => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export const Id = ({ id, name }: { id: string; name: string }) => (
  <>
    {name !== '' && <>{name} </>}
    <span class="id dim">{id}</span>
  </>
);

/** A long text that may be broken after a character. */
export const Breakable = ({ text, after }: { text: string; after: string }) => (
  <>
    {text.split(after).map((part, index, { length }) => (
      <Fragment key={index}>
        {part}
        {index < length - 1 && (
          <>
            {after}
            <wbr />
          </>
        )}
      </Fragment>
    ))}
  </>
);
