package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * Reads JSON texts whose numbers stay as they are written. Jackson 2.15, which Spark 3.5 brings,
 * takes a number beyond the range of a double for infinite, even where decimals are asked for.
 */
public final class ExactNumbers extends JsonFactory {
  private static final long serialVersionUID = 1L;

  public ExactNumbers(JsonFactoryBuilder settings) {
    super(settings);
  }

  @Override
  public JsonParser createParser(String content) throws IOException {
    return new Finite(super.createParser(content));
  }

  /** Of a text without the words NaN and Infinity, which no JSON has. */
  private static final class Finite extends JsonParserDelegate {
    private Finite(JsonParser parser) {
      super(parser);
    }

    @Override
    public boolean isNaN() {
      return false;
    }
  }
}
