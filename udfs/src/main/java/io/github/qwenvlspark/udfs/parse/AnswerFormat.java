package io.github.qwenvlspark.udfs.parse;

/** How a task's answer is read. */
public enum AnswerFormat {
  /** Plain text: nothing to parse. */
  TEXT,
  /** QwenVL HTML with {@code data-bbox}: becomes elements. */
  HTML,
  /** A JSON object of key information: becomes fields. */
  FIELDS,
  /** A JSON array of boxes or points, or XML points: becomes boxes. */
  BOXES,
  /** Events of a clip with start and end: becomes moments. */
  MOMENTS,
  /** Any JSON value, kept as it is. */
  JSON,
  /** A function call of an agent: becomes json, fields and the points it names. */
  TOOL_CALL
}
