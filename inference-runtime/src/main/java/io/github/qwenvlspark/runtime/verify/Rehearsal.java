package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt that was answered alone, in the first row of the cache: what every other way of running
 * it must give. Confined to one thread.
 */
final class Rehearsal {
  /** Tokens of each answer. The end token does not stop it: its logits count like any other's. */
  static final int TOKENS = 8;

  private final String name;
  private final PreparedRequest request;
  private final float[] embeds;
  private final Answer alone;

  private Rehearsal(String name, PreparedRequest request, float[] embeds, Answer alone) {
    this.name = name;
    this.request = request;
    this.embeds = embeds;
    this.alone = alone;
  }

  /**
   * Chosen tokens and the logits that they were chosen by.
   *
   * @param logits one {@code [vocab]} for each token
   */
  record Answer(List<Integer> ids, List<float[]> logits) {}

  /** Short prompts with and without pictures, as many as the cache has rows. */
  static List<Rehearsal> all(Subject subject) {
    List<Rehearsal> all = new ArrayList<>();
    all.add(alone("short text", subject, Message.user(new Part.Text("Hello"))));
    all.add(
        alone(
            "long text",
            subject,
            Message.system("You read documents."),
            Message.user(
                new Part.Text("Total 1,234.50 of invoice 77/A, due 2024-05-01. ".repeat(4)))));
    all.add(
        alone("picture", subject, Message.user(picture(84, 112, 1), new Part.Text("Read it."))));
    all.add(
        alone(
            "two pictures",
            subject,
            Message.user(
                picture(56, 56, 2),
                new Part.Text(" and "),
                picture(112, 140, 3),
                new Part.Text("?"))));
    return all;
  }

  private static Part picture(int height, int width, int seed) {
    return new Part.Image(
        TestPicture.of(height, width, seed), VisualSize.exactly(new Size(height, width)));
  }

  private static Rehearsal alone(String name, Subject subject, Message... messages) {
    PreparedRequest request =
        subject.prepare(new Request(List.of(messages), GenerationOptions.greedy(TOKENS)));
    float[] embeds = subject.model().encode(request);
    return new Rehearsal(name, request, embeds, answer(subject.model(), request, embeds, TOKENS));
  }

  /** Answers a prompt greedily in the first row of the cache; {@code embeds} are its pictures. */
  static Answer answer(Model model, PreparedRequest request, float[] embeds, int tokens) {
    List<Integer> ids = new ArrayList<>();
    List<float[]> logits = new ArrayList<>();
    DecoderOutput output = model.prefill(request, embeds, 0, Model.Logits.WANTED);
    while (true) {
      ids.add((int) output.next()[0]);
      logits.add(output.logits());
      int fed = ids.size();
      if (fed == tokens) {
        return new Answer(ids, logits);
      }
      output =
          model.step(
              new long[] {ids.get(fed - 1)},
              new int[] {request.nextPosition() + fed - 1},
              new int[] {request.promptTokens() + fed},
              Model.Logits.WANTED);
    }
  }

  String name() {
    return name;
  }

  PreparedRequest request() {
    return request;
  }

  /** Embeddings of the prompt's pictures. */
  float[] embeds() {
    return embeds;
  }

  /** What the prompt gave alone. */
  Answer alone() {
    return alone;
  }
}
