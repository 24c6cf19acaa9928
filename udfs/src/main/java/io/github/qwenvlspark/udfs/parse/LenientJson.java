package io.github.qwenvlspark.udfs.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON as models write it: fenced or not, prose around it, single quotes, trailing commas, cut in
 * the middle. Of a cut answer what is complete is kept.
 */
final class LenientJson {
  private static final int MAX_NESTING = 100;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                  .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                  .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                  // A parser's message would quote the answer.
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .build();

  private LenientJson() {}

  /** The complete objects of an array, or a single object. */
  static List<ObjectNode> objects(String text) {
    List<ObjectNode> objects = new ArrayList<>();
    try (JsonParser parser = open(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        objects.add(MAPPER.readTree(parser));
        return objects;
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        objects.add(MAPPER.readTree(parser));
      }
    } catch (JsonProcessingException e) {
      return objects; // cut or broken from here on
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
    return objects;
  }

  /** An object; of a cut one the complete fields. */
  static ObjectNode object(String text) {
    ObjectNode object = MAPPER.createObjectNode();
    try (JsonParser parser = open(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnparsableAnswerException("The answer holds no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        object.set(name, MAPPER.readTree(parser));
      }
    } catch (JsonProcessingException e) {
      if (object.isEmpty()) {
        throw new UnparsableAnswerException("The answer's JSON object is broken from its start");
      }
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
    return object;
  }

  /** Any complete object or array. */
  static JsonNode value(String text) {
    try (JsonParser parser = open(text)) {
      JsonNode node = MAPPER.readTree(parser);
      if (node == null || node.isMissingNode()) {
        throw new UnparsableAnswerException("The answer holds no JSON");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new UnparsableAnswerException("The answer's JSON is broken or cut");
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
  }

  private static JsonParser open(String text) throws IOException {
    String payload = Fence.find(text, "json").orElse(text);
    int start = start(payload);
    if (start < 0) {
      throw new UnparsableAnswerException("The answer holds no JSON: neither { nor [ is there");
    }
    return MAPPER.createParser(payload.substring(start));
  }

  private static int start(String text) {
    int object = text.indexOf('{');
    int array = text.indexOf('[');
    if (object < 0 || array < 0) {
      return Math.max(object, array);
    }
    return Math.min(object, array);
  }
}
