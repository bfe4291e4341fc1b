package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * A value that a property gives: always a text, which {@link Section} reads as whatever form the
 * field has. Messages name the property.
 */
final class PropertyText extends TextNode {
  private static final long serialVersionUID = 1L;

  private final String source;

  /**
   * @param source what messages call it, such as {@code property respite.caches.a.maxEntries}
   */
  PropertyText(String source, String value) {
    super(value);
    this.source = source;
  }

  String source() {
    return source;
  }

  /** The property that gave a value, or the first of those that gave parts of it; null for none. */
  static PropertyText in(JsonNode value) {
    if (value instanceof PropertyText text) {
      return text;
    }
    for (JsonNode part : value) {
      PropertyText found = in(part);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
