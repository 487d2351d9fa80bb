// Made by scripts/generate.mjs from schemas/. Do not edit.

/** The two API keys of an app, which come with it. An entry looks them up for expressions, and makes new ones when asked to. One entry an app; without the entry the keys stay as they are. */
export interface ApiKeysFields {
  /** App that the keys belong to. Cannot change in place. */
  readonly app?: string;
  /** Any text, for example `2026-11`. Another one than at the last apply makes a new key, and the old one stops working at once. What a new entry has is only recorded. */
  readonly rotate?: string;
  /** Which key another `rotate` makes anew: `primary` (default), `secondary` or `both`. */
  readonly key?: 'primary' | 'secondary' | 'both';
  /** The first key. */
  readonly primary?: string;
  /** The second key. */
  readonly secondary?: string;
}

/** A secret of an app, which its spicepod names as `${secrets:NAME}`. What is running gets it with the next deployment. */
export interface AppSecretsFields {
  /** App that the secret belongs to. Cannot change in place. */
  readonly app?: string;
  /** Name of the secret within its app; the case counts. Letters, digits and underscores, no digit in front. Default: the key of the entry. Cannot change in place. */
  readonly name?: string;
  /** The secret text, which the API never shows. Give a source (`{ fromEnv: … }`, `{ fromFile: … }`, `{ fromCommand: […] }`) or an expression. */
  readonly value?: string;
  /** When the secret was created. */
  readonly created_at?: string;
  /** When the secret was last written. */
  readonly updated_at?: string;
}

/** An app (project) of Spice.ai and its configuration. A change of the configuration reaches what is running only with the next deployment. Deleting an app stops it and loses its secrets and API keys. */
export interface AppsFields {
  /** Name of the app, unique in the organization in any case: 4 to 38 letters, digits and hyphens. Cannot change in place. Default: the key of the entry. */
  readonly name?: string;
  /** Region the app runs in, for example `us-west-2`. This, `cname` or `cluster_name` is needed to create an app. Cannot change in place. */
  readonly region?: string;
  /** Region the app runs in by its older name, for example `us-west-2-prod-aws-data`; means the same as its `region`. Cannot change in place. */
  readonly cname?: string;
  /** Dedicated cluster the app runs on, instead of a region. The API does not tell it. Cannot change in place. */
  readonly cluster_name?: string;
  /** What the app is for. */
  readonly description?: string;
  /** Who can see the app: `private` (default) or `public`. */
  readonly visibility?: 'private' | 'public';
  /** Branch that is deployed, for an app that is connected to a repository. */
  readonly production_branch?: string;
  /** Tags, replaced as a whole. Values are letters, digits, `_`, `@` and `-`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The spicepod, as YAML, or `{ fromFile: PATH }` of a file in the directory of the stack. Compared as parsed: order and comments do not count. `${…}` in it is left alone. Takes effect with the next deployment. */
  readonly spicepod?: Readonly<Record<string, unknown>>;
  /** Where new versions of the runtime come from: `stable`, `preview`, `nightly`, or for the vendor's own use `internal` and `internal-sandbox`. Takes effect with the next deployment. */
  readonly update_channel?: 'stable' | 'preview' | 'nightly' | 'internal' | 'internal-sandbox';
  /** Range of versions of the runtime, for example `2.x`. What was sent is compared, since the API is not known to tell it. Takes effect with the next deployment. */
  readonly version?: string;
  /** Version of the runtime to stay at (Enterprise plan). `null` lets it follow its channel. Takes effect with the next deployment. */
  readonly image_tag?: string | null;
  /** Registry of the image; newer versions of the API no longer document it. Takes effect with the next deployment. */
  readonly registry?: string;
  /** Name of the image; newer versions of the API no longer document it. Takes effect with the next deployment. */
  readonly image?: string;
  /** Instances, 0 to 10; how many are allowed depends on the plan. Takes effect with the next deployment. */
  readonly replicas?: number;
  /** CPU and memory of an instance. Needs private compute; how much is allowed depends on the plan. */
  readonly resources?: {
    /** The most an instance may use. */
    readonly limits?: {
      /** Whole vCPUs, or `-` for no limit. */
      readonly cpu?: string;
      /** Memory, for example `16Gi`. */
      readonly memory?: string;
      /** Disk that does not outlive an instance, for example `8Gi`. */
      readonly 'ephemeral-storage'?: string;
    };
    /** What an instance is given in any case. */
    readonly requests?: {
      /** Whole vCPUs, or `-` for no limit. */
      readonly cpu?: string;
      /** Memory, for example `16Gi`. */
      readonly memory?: string;
    };
  };
  /** Executors of the distributed mode. Takes effect with the next deployment. */
  readonly executor?: {
    /** Executors, 0 to 10. */
    readonly replicas?: number;
    /** CPU and memory of an executor. Needs private compute; how much is allowed depends on the plan. */
    readonly resources?: {
      /** The most an instance may use. */
      readonly limits?: {
        /** Whole vCPUs, or `-` for no limit. */
        readonly cpu?: string;
        /** Memory, for example `16Gi`. */
        readonly memory?: string;
        /** Disk that does not outlive an instance, for example `8Gi`. */
        readonly 'ephemeral-storage'?: string;
      };
      /** What an instance is given in any case. */
      readonly requests?: {
        /** Whole vCPUs, or `-` for no limit. */
        readonly cpu?: string;
        /** Memory, for example `16Gi`. */
        readonly memory?: string;
      };
    };
    /** Disk of an executor in GB. */
    readonly storage_size_gb?: number;
  };
  /** Group of nodes the app runs on; newer versions of the API no longer document it. Takes effect with the next deployment. */
  readonly node_group?: string;
  /** Disk of the app in GB (Enterprise plan). Takes effect with the next deployment. */
  readonly storage_size_gb?: number;
  /** When the app was created. */
  readonly created_at?: string;
  /** Cluster the app runs on; known a while after its creation. */
  readonly cluster_id?: string;
  /** URL of the app's data plane. */
  readonly endpoint?: string;
}

/** A published version of the runtime. Looked up, never managed. */
export interface ContainerImagesFields {
  /** Tag, what `image_tag` takes. */
  readonly tag?: string;
  /** Repository and tag. */
  readonly name?: string;
  /** `stable` or `enterprise`. */
  readonly channel?: string;
}

/** That the running deployment of an app has the app's configuration, the secrets of the stack for it, and the settings given here. A change of any of them makes a new deployment, and so does one that failed or that somebody else made. One entry an app. The API deletes no deployment: without the entry it keeps running. */
export interface DeploymentsFields {
  /** App that is deployed. Cannot change in place. */
  readonly app?: string;
  /** Version of the runtime, in place of the app's own (Enterprise plan). */
  readonly image_tag?: string;
  /** Where the version of the runtime comes from, in place of the app's own: `stable`, `preview`, `nightly`, or for the vendor's own use `internal`. The API does not tell it. */
  readonly channel?: 'stable' | 'preview' | 'nightly' | 'internal';
  /** Instances of this deployment, in place of the app's own: 0 to 10; how many are allowed depends on the plan. */
  readonly replicas?: number;
  /** Branch that the deployment is said to come from. */
  readonly branch?: string;
  /** Commit that the deployment is said to come from. */
  readonly commit_sha?: string;
  /** What the deployment is said to be about. */
  readonly commit_message?: string;
  /** Whether it is a deployment for debugging. The API does not tell it. */
  readonly debug?: boolean;
  /** What the settings of the app and the secrets of the stack for it come to; worked out by trueup, and never sent. */
  readonly configuration?: string;
  /** What became of the last deployment: `queued`, `in_progress`, `succeeded` or `failed`. One that failed asks for a new one; a status that trueup does not know asks for nothing. */
  readonly status?: string;
  /** ID of the last deployment. The ID of the entry is that of its app. */
  readonly deployment_id?: string;
  /** When the last deployment was made. */
  readonly created_at?: string;
  /** When the last deployment began to run. */
  readonly started_at?: string;
  /** When the last deployment ended. */
  readonly updated_at?: string;
  /** Why the last deployment failed, in a word. */
  readonly error_code?: string;
  /** Why the last deployment failed. */
  readonly error_message?: string;
  /** What the last deployment was made with, for example `api` or `portal`. */
  readonly creation_source?: string;
  /** Who made the last deployment: an e-mail address or an ID. */
  readonly created_by?: string;
}

/** What the plan of the organization allows. Looked up, never managed. */
export interface LimitsFields {
  /** Always `organization`. */
  readonly name?: string;
  /** Apps of the organization. */
  readonly apps?: number;
  /** Instances of an app. */
  readonly replicas?: number;
  /** Spicepods of an app. */
  readonly spicepods?: number;
  /** Members; -1 means any number. */
  readonly users?: number;
  /** Requests a second. */
  readonly api_rps?: number;
  /** Seconds a request may take. */
  readonly request_timeout_secs?: number;
  /** Seconds a query may take. */
  readonly sql_query_timeout_secs?: number;
  /** Queries at the same time. */
  readonly sql_concurrent_queries?: number;
  /** vCPUs of an instance; absent without private compute. */
  readonly max_cpu?: number;
  /** Memory of an instance in GiB; absent without private compute. */
  readonly max_memory_gi?: number;
}

/** A member of the organization. The account must exist already. */
export interface MembersFields {
  /** Name of the account, in any case. Cannot change in place. Default: the key of the entry. */
  readonly username?: string;
  /** Roles of the member, compared as a set. `admin` and `owner` are given and taken by owners only. Default for a new member: `member`. */
  readonly roles?: readonly ('owner' | 'admin' | 'member' | 'viewer')[];
  /** Whether the member is an owner, whom the API neither changes nor removes. */
  readonly is_owner?: boolean;
  /** When the member joined. */
  readonly created_at?: string;
}

/** A region that apps can run in. Looked up, never managed. */
export interface RegionsFields {
  /** ID, for example `us-west-2`. */
  readonly region?: string;
  /** Display name. */
  readonly name?: string;
  /** Older name, for example `us-west-2-prod-aws-data`. */
  readonly cname?: string;
  /** Cloud provider. */
  readonly provider?: string;
  /** Whether no app can be created there. */
  readonly disabled?: boolean;
  /** Whether it is the default. */
  readonly isDefault?: boolean;
}
