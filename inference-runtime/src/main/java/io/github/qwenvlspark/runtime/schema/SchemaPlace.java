package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A schema within a schema.
 *
 * @param pointer where it stands, as a JSON pointer such as {@code #/properties/date}
 * @param depth schemas around it
 */
record SchemaPlace(String pointer, JsonNode node, int depth) {
  static SchemaPlace root(JsonNode node) {
    return new SchemaPlace("#", node, 0);
  }

  /** The schema under a keyword. */
  SchemaPlace under(String keyword) {
    return step(keyword, node.path(keyword));
  }

  /** The schema that a keyword holds under a name. */
  SchemaPlace under(String keyword, String name) {
    return step(keyword + "/" + escaped(name), node.path(keyword).path(name));
  }

  /** The schema that a keyword holds in a list. */
  SchemaPlace under(String keyword, int index) {
    return step(keyword + "/" + index, node.path(keyword).path(index));
  }

  private SchemaPlace step(String token, JsonNode child) {
    return new SchemaPlace(pointer + "/" + token, child, depth + 1);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  boolean has(String keyword) {
    return node.has(keyword);
  }

  JsonNode get(String keyword) {
    return node.path(keyword);
  }
}
