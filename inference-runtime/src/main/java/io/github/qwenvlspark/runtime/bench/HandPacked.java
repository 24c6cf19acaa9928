package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Static batches of requests whose lengths are known beforehand, packed by hand: the best that one
 * can do without an engine. Rows of a batch are read one after the other, then take their steps
 * together until the longest answer ends; those that end earlier leave the batch for nothing,
 * because the longest answers stand first. Borrows the model; confined to one thread.
 */
final class HandPacked {
  private final Model model;
  private final int rows;

  HandPacked(Model model, int rows) {
    this.model = model;
    this.rows = rows;
  }

  /** An order in which requests are cut into batches. */
  enum Packing {
    BY_ANSWER,
    BY_PROMPT_AND_ANSWER,
    AS_THEY_COME;

    /** Requests are sorted by this; equals stay as they come. */
    private int key(PreparedRequest request) {
      return switch (this) {
        case BY_ANSWER -> request.ending().maxNewTokens();
        case BY_PROMPT_AND_ANSWER -> request.promptTokens() + request.ending().maxNewTokens();
        case AS_THEY_COME -> 0;
      };
    }

    String label() {
      return switch (this) {
        case BY_ANSWER -> "by answer";
        case BY_PROMPT_AND_ANSWER -> "by prompt and answer";
        case AS_THEY_COME -> "as they come";
      };
    }

    /** The batches, as indexes of {@code requests}; in each the longest answer stands first. */
    List<List<Integer>> batches(List<PreparedRequest> requests, int rows) {
      List<Integer> sorted =
          IntStream.range(0, requests.size())
              .boxed()
              .sorted(Comparator.comparingInt(i -> key(requests.get(i))))
              .toList();
      List<List<Integer>> batches = new ArrayList<>();
      for (int from = 0; from < sorted.size(); from += rows) {
        batches.add(
            sorted.subList(from, Math.min(from + rows, sorted.size())).stream()
                .sorted(Comparator.comparingInt(i -> -requests.get(i).ending().maxNewTokens()))
                .toList());
      }
      return batches;
    }
  }

  /** The answers, in the order of {@code requests}. */
  List<List<Integer>> answer(List<PreparedRequest> requests, Packing packing) {
    List<List<Integer>> answers = new ArrayList<>();
    requests.forEach(request -> answers.add(new ArrayList<>()));
    for (List<Integer> batch : packing.batches(requests, rows)) {
      answerBatch(
          batch.stream().map(requests::get).toList(), batch.stream().map(answers::get).toList());
    }
    return answers;
  }

  private void answerBatch(List<PreparedRequest> batch, List<List<Integer>> answers) {
    for (int row = 0; row < batch.size(); row++) {
      PreparedRequest request = batch.get(row);
      answers.get(row).add((int) model.prefill(request, model.encode(request), row).next()[0]);
    }
    int live = batch.size();
    for (int fed = 1; ; fed++) {
      while (live > 0 && batch.get(live - 1).ending().maxNewTokens() == fed) {
        live--;
      }
      if (live == 0) {
        return;
      }
      step(batch, answers, live, fed);
    }
  }

  private void step(List<PreparedRequest> batch, List<List<Integer>> answers, int live, int fed) {
    long[] ids = new long[live];
    int[] positions = new int[live];
    int[] lengths = new int[live];
    for (int row = 0; row < live; row++) {
      ids[row] = answers.get(row).get(fed - 1);
      positions[row] = batch.get(row).nextPosition() + fed - 1;
      lengths[row] = batch.get(row).promptTokens() + fed;
    }
    long[] next = model.step(ids, positions, lengths, Model.Logits.NOT_WANTED).next();
    for (int row = 0; row < live; row++) {
      answers.get(row).add((int) next[row]);
    }
  }
}
