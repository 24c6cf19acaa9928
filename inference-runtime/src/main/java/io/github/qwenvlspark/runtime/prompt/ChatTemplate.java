package io.github.qwenvlspark.runtime.prompt;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The chat template published with Qwen2.5-VL and Qwen2-VL, rendered natively. Immutable.
 *
 * <p>Source: {@code chat_template.json} of Qwen2.5-VL-7B-Instruct, revision cc594898; that of
 * Qwen2-VL-2B-Instruct is the same text.
 */
public final class ChatTemplate {
  /** Template texts that were checked to give what {@link #render} gives, by SHA-256. */
  private static final Set<String> KNOWN =
      Set.of(
          "a0bc6f6fc7a29a80017a433e8f03a1cc1236e838a944a2d034295a60c4f2fddb",
          "8e440e5cafac04ac597449ebfd84d0f4fe4f4dc1d8d21e15f544164b919e646a",
          "3cc30626c09e03b843b47da7ee7e6a343b3f97e5ebad5b8bb413b36baa5d2c05");

  private static final String DEFAULT_SYSTEM =
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n";

  private ChatTemplate() {}

  /**
   * The renderer for a checkpoint's template.
   *
   * @throws QwenVlException INVALID_REQUEST if the text is not known: another text may ask for
   *     another prompt, and answers would silently get worse
   */
  public static ChatTemplate of(String templateText) {
    String hash = sha256(templateText);
    if (!KNOWN.contains(hash)) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          ("Cannot use the checkpoint's chat template (SHA-256 %s): it is not the one published with"
                  + " Qwen2.5-VL; put the published chat_template.json into the folder if the model was"
                  + " trained with it")
              .formatted(hash));
    }
    return new ChatTemplate();
  }

  /** Renders a conversation up to where the assistant's next turn begins. */
  public PromptText render(List<Message> messages, VisionIds ids, PromptText text) {
    renderTurns(messages, ids, text);
    return text.markup("<|im_start|>assistant\n");
  }

  /** Renders the turns alone ({@code add_generation_prompt = false}). */
  public PromptText renderTurns(List<Message> messages, VisionIds ids, PromptText text) {
    if (!messages.get(0).role().equals("system")) {
      text.markup(DEFAULT_SYSTEM);
    }
    int images = 0;
    int videos = 0;
    for (Message message : messages) {
      text.markup("<|im_start|>").plain(message.role()).markup("\n");
      for (Part part : message.content()) {
        if (part instanceof Part.Text plain) {
          text.plain(plain.text());
        } else if (part instanceof Part.Image) {
          visual(text, ids, "Picture ", ++images, "<|image_pad|>");
        } else {
          visual(text, ids, "Video ", ++videos, "<|video_pad|>");
        }
      }
      text.markup("<|im_end|>\n");
    }
    return text;
  }

  private static void visual(PromptText text, VisionIds ids, String kind, int number, String pad) {
    if (ids == VisionIds.SHOWN) {
      text.markup(kind + number + ": ");
    }
    text.markup("<|vision_start|>" + pad + "<|vision_end|>");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
