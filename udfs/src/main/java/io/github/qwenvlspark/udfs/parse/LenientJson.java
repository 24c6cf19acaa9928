package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.schema.ExactNumbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON as models write it: fenced or not, prose around it, Python's quotes, words and trailing
 * commas, cut in the middle. Of a cut answer what is complete is kept, and numbers keep their
 * digits: an amount of 8.50 stays 8.50. A number whose exponent no decimal can hold is broken JSON;
 * Jackson lets {@link NumberFormatException} through.
 */
final class LenientJson {
  private static final int MAX_NESTING = 100;

  // Where a value begins, told from the brackets of prose by what follows; the end of a cut text
  // counts as a beginning.
  private static final String OBJECT_START = "\\{\\s*(?:[\"'}]|\\z)";
  private static final Pattern OBJECT = Pattern.compile(OBJECT_START);
  private static final Pattern OBJECTS = Pattern.compile(OBJECT_START + "|\\[\\s*(?:[{\\]]|\\z)");
  private static final Pattern VALUE = Pattern.compile(OBJECT_START + "|\\[");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              new ExactNumbers(
                  new JsonFactoryBuilder()
                      .streamReadConstraints(
                          StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                      .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                      .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                      .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                      // A parser's message would quote the answer.
                      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)))
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private LenientJson() {}

  /** Whether an object or an array of objects begins somewhere. */
  static boolean holdsObjects(String text) {
    return OBJECTS.matcher(text).find();
  }

  /** The complete objects of an array, or objects one after another. */
  static List<ObjectNode> objects(String text) {
    List<ObjectNode> objects = new ArrayList<>();
    try (JsonParser parser = open(text, OBJECTS)) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        token = parser.nextToken();
      }
      while (token == JsonToken.START_OBJECT) {
        objects.add(MAPPER.readTree(parser));
        token = parser.nextToken();
      }
    } catch (JsonProcessingException | NumberFormatException e) {
      return objects; // cut or broken from here on, or prose
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
    return objects;
  }

  /** An object; of a cut one the complete fields. */
  static ObjectNode object(String text) {
    ObjectNode object = MAPPER.createObjectNode();
    try (JsonParser parser = open(text, OBJECT)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        object.set(name, MAPPER.readTree(parser));
      }
    } catch (JsonProcessingException | NumberFormatException e) {
      if (object.isEmpty()) {
        throw new UnparsableAnswerException("The answer's JSON object is broken from its start");
      }
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
    return object;
  }

  /** An object that is complete. */
  static JsonNode wholeObject(String text) {
    return whole(text, OBJECT);
  }

  /** Any object or array that is complete. */
  static JsonNode value(String text) {
    return whole(text, VALUE);
  }

  private static JsonNode whole(String text, Pattern start) {
    try (JsonParser parser = open(text, start)) {
      return MAPPER.readTree(parser);
    } catch (JsonProcessingException | NumberFormatException e) {
      throw new UnparsableAnswerException("The answer's JSON is broken or cut");
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
  }

  /** A parser at the value's beginning. It knows where the value ends, so no fence is closed. */
  private static JsonParser open(String text, Pattern start) throws IOException {
    String payload = text.substring(Fence.open(text, "json").orElse(0));
    Matcher value = start.matcher(payload);
    if (!value.find()) {
      throw new UnparsableAnswerException("The answer holds no JSON of the wanted kind");
    }
    return MAPPER.createParser(PythonWords.toJson(payload.substring(value.start())));
  }
}
