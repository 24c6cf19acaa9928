package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A conversation read from JSON, with its pictures and clips still where they are. Immutable.
 *
 * <pre>{@code
 * Conversation conversation = Conversation.parse(json, MediaLimits.DEFAULT);
 * List<Message> messages = conversation.load(new LocalFiles(Path.of("."), MediaLimits.DEFAULT), MediaLimits.DEFAULT);
 * }</pre>
 */
public final class Conversation {
  private final List<Turn> turns;

  private Conversation(List<Turn> turns) {
    this.turns = turns;
  }

  /** A message whose media are not read yet. */
  record Turn(String role, List<Piece> content) {}

  /**
   * Reads a list of messages in the form of Hugging Face or OpenAI: {@code content} is text or a
   * list of parts; a part holds {@code image} or {@code image_url}, {@code video} (a clip or a list
   * of pictures) or {@code text}, with or without {@code type}, and may say its own sizes and
   * frames.
   *
   * @throws QwenVlException INVALID_REQUEST naming message, part and key; TOO_LARGE for more
   *     pictures and clips than allowed
   */
  public static Conversation parse(String json, MediaLimits limits) {
    Conversation conversation = new Conversation(ConversationReader.read(json));
    limits.requireMedia(conversation.media().size());
    return conversation;
  }

  /**
   * The same JSON with other names of the pictures and clips that it refers to outside itself,
   * whether or not it can be read as a conversation; as it is where no name changes.
   *
   * @throws QwenVlException INVALID_REQUEST if it is no JSON
   */
  public static String renamed(String json, UnaryOperator<String> name) {
    return ConversationReader.renamed(json, name);
  }

  /** What the conversation shows: pictures, clips, both or neither. */
  public Set<MediaKind> kinds() {
    return turns.stream()
        .flatMap(turn -> turn.content().stream())
        .flatMap(piece -> piece.kind().stream())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(MediaKind.class)));
  }

  /** What the conversation refers to outside itself, in order, repeats included. */
  public List<String> references() {
    return references(name -> name);
  }

  /**
   * Looks up what the conversation refers to outside itself, in order, repeats included.
   *
   * @throws QwenVlException what {@code lookUp} throws, with the place of the reference
   */
  public <T> List<T> references(Function<String, T> lookUp) {
    return media().stream()
        .filter(MediaReference::isExternal)
        .map(media -> media.named(() -> lookUp.apply(media.text())))
        .toList();
  }

  List<Turn> turns() {
    return turns;
  }

  private List<MediaReference> media() {
    return turns.stream()
        .flatMap(turn -> turn.content().stream())
        .flatMap(piece -> piece.media().stream())
        .toList();
  }

  /**
   * Reads and decodes all pictures and clips.
   *
   * @throws QwenVlException of whatever type the picture or clip fails with, naming its place;
   *     TOO_LARGE if all of them together take too much memory
   */
  public List<Message> load(MediaSource source, MediaLimits limits) {
    return load(source, limits, Alternatives.REFERENCE);
  }

  /** The same, with pictures decoded and frames chosen in other ways than the reference's. */
  public List<Message> load(MediaSource source, MediaLimits limits, Alternatives alternatives) {
    return load(new MediaLoader(source, limits, alternatives, Optional.empty()));
  }

  /**
   * The same, with frames of clips resized as they come, so that they take no more memory than the
   * model sees.
   *
   * @param fits such as {@link io.github.qwenvlspark.runtime.InferenceEngine#frameFit}
   */
  public List<Message> load(
      MediaSource source,
      MediaLimits limits,
      Alternatives alternatives,
      Function<VisualSize, FrameFit> fits) {
    return load(new MediaLoader(source, limits, alternatives, Optional.of(fits)));
  }

  private List<Message> load(MediaLoader loader) {
    return turns.stream()
        .map(turn -> new Message(turn.role(), turn.content().stream().map(loader::part).toList()))
        .toList();
  }
}
