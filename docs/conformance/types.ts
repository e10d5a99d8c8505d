/** One promise: a situation, what the proxy does, and how others differ. */
export interface Row {
  /** Stable name, e.g. `M5`; tests carry it in their titles. */
  readonly id: string;
  /** The situation. */
  readonly given: string;
  /** What lambda-rproxy does. */
  readonly promise: string;
  /** What Go's ReverseProxy, nginx or hono's proxy helper do where that differs; left out when the same or unknown. */
  readonly elsewhere?: string;
  /** Why no test proves it: it needs a live AWS endpoint, or has no surface here. */
  readonly stated?: string;
}

/** Promises about one subject. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A published defect of another project, and what keeps its class out of this one. */
export interface Advisory {
  readonly id: string;
  readonly project: string;
  /** The class of the defect. */
  readonly defect: string;
  /** Ids of the promises that stand against it. */
  readonly rows: readonly string[];
  /** Why no promise is needed. */
  readonly stated?: string;
}
