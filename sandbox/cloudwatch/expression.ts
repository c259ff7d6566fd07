import jsep, { type Expression } from 'jsep';

/** What there is of a metric in one period: nothing where it had no sample. */
export type Datapoint = number | undefined;

/** What an expression can name, in one period. */
export interface Names {
  /** Of metrics, by their ids, in their order. */
  readonly metrics: ReadonlyMap<string, Datapoint>;
  /** Of other expressions; `null` where there is none of that id. */
  readonly expression: (id: string) => Datapoint | null;
}

/** An expression that the sandbox cannot work out, and why. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** A value of the period, or a number that is the same in all periods. */
interface Term {
  readonly value: Datapoint;
  readonly isConstant: boolean;
}
type Value = Term | readonly Term[];

/** Characters; source: CloudWatch API reference, MetricDataQuery. */
const longest = 2048;

// Source of the syntax: CloudWatch user guide, "Using metric math".
jsep.addBinaryOp('AND', 2);
jsep.addBinaryOp('OR', 1);
jsep.addBinaryOp('^', 12, true);

const truth = (is: boolean): number => (is ? 1 : 0);
const and = (left: number, right: number) => truth(left !== 0 && right !== 0);
const or = (left: number, right: number) => truth(left !== 0 || right !== 0);

const operators: { readonly [operator: string]: (left: number, right: number) => Datapoint } = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  // The data point is dropped then.
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '^': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<=': (left, right) => truth(left <= right),
  '>=': (left, right) => truth(left >= right),
  '<': (left, right) => truth(left < right),
  '>': (left, right) => truth(left > right),
  AND: and,
  '&&': and,
  OR: or,
  '||': or,
};

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Over the metrics of a list that have a value. */
const aggregates: { readonly [name: string]: (present: readonly number[], ofAll: number) => number } = {
  // Missing values count as 0 in this one.
  AVG: (present, ofAll) => total(present) / ofAll,
  MAX: present => Math.max(...present),
  MIN: present => Math.min(...present),
  SUM: total,
};

/**
 * Works out metric math in one period: the operators, AVG, MAX, MIN and SUM of a list, ABS, FILL with a number, IF and
 * METRICS. A missing value counts as 0 beside one that is there.
 *
 * Source: CloudWatch user guide, "Using metric math".
 *
 * @throws {ExpressionError} for what the sandbox does not know, by its name
 */
export function evaluateExpression(text: string, names: Names): Datapoint {
  if (text.length > longest) throw new ExpressionError(`an expression has at most ${longest} characters`);
  let expression: Expression;
  try {
    expression = jsep(text);
  } catch (cause) {
    throw new ExpressionError(`${text} is no expression: ${cause}`, { cause });
  }
  const value = evaluate(expression, names);
  if (isTerm(value)) return value.value;
  throw new ExpressionError(`${text} gives several metrics, and one is allowed`);
}

function evaluate(node: Expression, names: Names): Value {
  if (isNumber(node)) return { value: node.value, isConstant: true };
  if (isIdentifier(node)) {
    if (names.metrics.has(node.name)) return { value: names.metrics.get(node.name), isConstant: false };
    const value = names.expression(node.name);
    if (value === null) throw new ExpressionError(`there is no ${node.name}`);
    return { value, isConstant: false };
  }
  if (isUnary(node) && node.operator === '-') {
    return each(evaluate(node.argument, names), term => combine([term], ([value = 0]) => -value));
  }
  if (isBinary(node)) {
    const operate = Object.hasOwn(operators, node.operator) ? operators[node.operator] : undefined;
    if (!operate) throw new ExpressionError(`there is no operator ${node.operator}`);
    const left = evaluate(node.left, names);
    const right = evaluate(node.right, names);
    if (!isTerm(left) && !isTerm(right))
      throw new ExpressionError(`${node.operator} takes one list of metrics, not two`);
    return each(left, one => each(right, other => combine([one, other], ([a = 0, b = 0]) => operate(a, b))));
  }
  if (isList(node)) return node.elements.flatMap(element => (element === null ? [] : evaluate(element, names)));
  if (isCall(node)) return call(node.callee.name, node.arguments, names);
  throw new ExpressionError(`the sandbox does not work out ${node.type}`);
}

function call(name: string, nodes: readonly Expression[], names: Names): Value {
  if (name === 'METRICS') {
    const [part] = nodes;
    const wanted = part !== undefined && isText(part) ? part.value : '';
    const found = [...names.metrics].filter(([id]) => id.includes(wanted));
    return found.map(([, value]) => ({ value, isConstant: false }));
  }
  const [first, second, third] = nodes.map(node => evaluate(node, names));
  const over = Object.hasOwn(aggregates, name) ? aggregates[name] : undefined;
  if (over && first && !isTerm(first)) {
    const present = first.map(({ value }) => value).filter(value => value !== undefined);
    return { value: present.length === 0 ? undefined : over(present, first.length), isConstant: false };
  }
  if (name === 'ABS' && first) return each(first, term => combine([term], ([value = 0]) => Math.abs(value)));
  if (name === 'FILL' && first && second && isTerm(second) && second.isConstant) {
    return each(first, ({ value }) => ({ value: value ?? second.value, isConstant: false }));
  }
  if (name === 'IF' && first && isTerm(first) && second && isTerm(second) && (third === undefined || isTerm(third))) {
    if (first.value === undefined) return { value: undefined, isConstant: false };
    const chosen = first.value === 0 ? third : second;
    return { value: chosen && (chosen.value ?? 0), isConstant: false };
  }
  throw new ExpressionError(`the sandbox does not work out ${name} of this`);
}

/** Nothing where none of the metrics has a value. */
function combine(terms: readonly Term[], operate: (values: readonly number[]) => Datapoint): Term {
  const ofMetrics = terms.filter(term => !term.isConstant);
  const isConstant = ofMetrics.length === 0;
  if (!isConstant && ofMetrics.every(({ value }) => value === undefined)) return { value: undefined, isConstant };
  return { value: operate(terms.map(({ value = 0 }) => value)), isConstant };
}

const each = (value: Value, change: (term: Term) => Value): Value =>
  isTerm(value) ? change(value) : value.flatMap(change);

const isTerm = (value: Value): value is Term => !Array.isArray(value);

const isNumber = (node: Expression): node is Expression & { value: number } =>
  node.type === 'Literal' && typeof node.value === 'number';
const isText = (node: Expression): node is Expression & { value: string } =>
  node.type === 'Literal' && typeof node.value === 'string';
const isIdentifier = (node: Expression): node is jsep.Identifier => node.type === 'Identifier';
const isUnary = (node: Expression): node is jsep.UnaryExpression => node.type === 'UnaryExpression';
const isBinary = (node: Expression): node is jsep.BinaryExpression => node.type === 'BinaryExpression';
const isList = (node: Expression): node is jsep.ArrayExpression => node.type === 'ArrayExpression';
const isCall = (node: Expression): node is jsep.CallExpression & { callee: jsep.Identifier } =>
  node.type === 'CallExpression' && isExpression(node.callee) && isIdentifier(node.callee);
const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'type' in value;
