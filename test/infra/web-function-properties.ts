/** A property: a scalar with its allowed values, where AWS lists them; a list; an object; or a map with any names. */
interface Property {
  readonly required?: true;
  readonly values?: readonly string[];
  readonly properties?: PropertyTable;
  readonly items?: Property;
  readonly map?: true;
}

/** The properties of a type or of a property type. */
export type PropertyTable = Readonly<Record<string, Property>>;

const required = { required: true } as const;
const optional = {} as const;
const tags: Property = { items: { properties: { Key: required, Value: optional } } };

/**
 * The properties of AWS's reference for the types that the validator does not know:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html, read on 2026-11-26.
 */
export const propertyTables: Readonly<Record<string, PropertyTable>> = {
  'AWS::Lambda::WebFunction': { FunctionName: required, Tags: tags },
  'AWS::Lambda::WebFunctionRevision': {
    FunctionName: required,
    Description: optional,
    KmsKeyArn: optional,
    BuildConfig: {
      required: true,
      properties: {
        CodeConfig: {
          required: true,
          properties: {
            S3Object: { required: true, properties: { Bucket: required, Key: required, VersionId: optional } },
          },
        },
        RuntimeConfig: { required: true, properties: { Runtime: { required: true, values: ['nodejs24.x'] } } },
      },
    },
    ServiceConfig: {
      required: true,
      properties: {
        ExecutionRoleArn: required,
        EgressNetworkConnectorArn: optional,
        EnvironmentVariables: { map: true },
        MaxConcurrencyPerEnvironment: optional,
        TimeoutSeconds: optional,
        TelemetryConfig: {
          properties: {
            LoggingConfig: {
              properties: {
                LogGroup: optional,
                ApplicationLogLevel: { values: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] },
                SystemLogLevel: { values: ['DEBUG', 'INFO', 'WARN'] },
              },
            },
          },
        },
      },
    },
  },
  'AWS::Lambda::WebFunctionEndpoint': {
    FunctionName: required,
    EndpointName: required,
    EndpointType: { required: true, values: ['HomeRegion', 'MultiRegion', 'PerRegion'] },
    AuthType: { required: true, values: ['ApplicationManaged', 'IamAuth'] },
    Description: optional,
    Regions: { items: optional },
    // Optional in the schema, and refused without.
    RevisionWeights: { required: true, items: { properties: { RevisionId: required, Weight: required } } },
    ThrottleConfig: { properties: { RateLimit: optional } },
    ScalingConfig: { properties: { MaxEnvironments: optional } },
  },
  'AWS::Lambda::NetworkConnector': {
    Name: optional,
    OperatorRole: optional,
    Tags: tags,
    Configuration: {
      required: true,
      properties: {
        VpcEgressConfiguration: {
          required: true,
          properties: {
            SubnetIds: required,
            SecurityGroupIds: optional,
            NetworkProtocol: { values: ['IPv4', 'DualStack'] },
            AssociatedComputeResourceTypes: { required: true, items: { values: ['MicroVm', 'WebFunction'] } },
          },
        },
      },
    },
  },
};

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** True for `{ Ref: … }` and `{ 'Fn::…': … }`, whose value is known to CloudFormation alone. */
const isFunction = (value: unknown) => isObject(value) && /^(?:Ref|Fn::\w+)$/.test(Object.keys(value).join());

function wrongValue(path: string, value: unknown, { values, properties, items, map }: Property): string[] {
  if (isFunction(value) || map) return [];
  if (items !== undefined) return [value].flat().flatMap((item, index) => wrongValue(`${path}.${index}`, item, items));
  if (properties !== undefined) {
    return isObject(value) ? wrongProperties(path, value, properties) : [`${path} must be an object`];
  }
  return values === undefined || values.includes(String(value)) ? [] : [`${path} must not be ${JSON.stringify(value)}`];
}

/**
 * Compares properties with a table.
 *
 * @param path the name to begin with
 * @param properties as the template has them
 * @param table what AWS documents
 * @returns a sentence for each property that is unknown, missing or has a value that does not exist
 */
export function wrongProperties(path: string, properties: Values, table: PropertyTable): string[] {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const missing = Object.entries(table)
    .filter(([name, row]) => row.required && !given.some(([other]) => other === name))
    .map(([name]) => `${path}.${name} is required`);
  const wrong = given.flatMap(([name, value]) => {
    const row = table[name];
    return row === undefined ? [`${path}.${name} is not documented`] : wrongValue(`${path}.${name}`, value, row);
  });
  return [...missing, ...wrong];
}
