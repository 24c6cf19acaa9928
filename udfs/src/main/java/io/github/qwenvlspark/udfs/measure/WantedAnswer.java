package io.github.qwenvlspark.udfs.measure;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;

/** A truth, kept as a JSON value, in the words in which the models are taught to give it. */
public final class WantedAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectWriter SPACED = JSON.writer(new Spaced());

  private WantedAnswer() {}

  /**
   * The text that a right answer has.
   *
   * @param asked the fields that the prompt asks for, in its order; empty for all of the truth
   */
  public static String text(AnswerFormat format, JsonNode truth, List<String> asked) {
    return switch (format) {
      case TEXT, HTML -> truth.asText();
      case FIELDS -> spaced(asked.isEmpty() ? truth : fields(truth, asked));
      case BOXES -> boxes(truth);
      case MOMENTS, JSON -> spaced(truth);
      case TOOL_CALL -> "<tool_call>\n" + spaced(truth) + "\n</tool_call>";
    };
  }

  private static ObjectNode fields(JsonNode truth, List<String> asked) {
    ObjectNode fields = JSON.createObjectNode();
    asked.forEach(name -> fields.set(name, truth.get(name)));
    return fields;
  }

  private static String boxes(JsonNode truth) {
    StringJoiner boxes = new StringJoiner(",\n\t", "```json\n[\n\t", "\n]\n```");
    truth.forEach(box -> boxes.add(spaced(box)));
    return boxes.toString();
  }

  private static String spaced(JsonNode value) {
    try {
      return SPACED.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Writing a JSON value to memory failed", e);
    }
  }

  /** A blank after each colon and comma, as Python writes JSON. */
  private static final class Spaced extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1L;

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
      generator.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator generator) throws IOException {
      generator.writeRaw(", ");
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator generator) throws IOException {
      generator.writeRaw(", ");
    }
  }
}
