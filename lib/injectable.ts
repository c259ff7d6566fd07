import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';

type Injectable = Parameters<typeof propertyInjectable>[0];

/**
 * Makes a construct open to `PropertyInjectors`, as CDK's own are.
 *
 * CDK's decorator reads the id from the class that it decorates, and static fields are set on the class that a decorator
 * returns, by then another one: so the id is set on the first one too.
 *
 * @param id the class's `PROPERTY_INJECTION_ID`
 */
export function injectable(id: string) {
  return <T extends Injectable>(construct: T): T => {
    Object.defineProperty(construct, 'PROPERTY_INJECTION_ID', { value: id, configurable: true });
    return propertyInjectable(construct);
  };
}
