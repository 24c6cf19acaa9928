package io.github.qwenvlspark.runtime.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The chosen frames of a clip. Which they are depends on how many frames there are, and that is
 * sure only once all are decoded, since containers lie or do not say. So their number is taken from
 * the container or its packets first, and the frames are chosen and decoded by that; where decoding
 * finds another number, they are chosen anew and decoded once more. Confined to one thread.
 */
final class FfmpegClip {
  private final MediaBytes bytes;
  private final ClipRequest request;
  private final MediaLimits limits;
  private final DecodeDeadline deadline;

  private FfmpegClip(MediaBytes bytes, ClipRequest request, MediaLimits limits) {
    this.bytes = bytes;
    this.request = request;
    this.limits = limits;
    this.deadline = DecodeDeadline.ofClip(limits);
  }

  static Clip read(MediaBytes bytes, ClipRequest request, MediaLimits limits) {
    return new FfmpegClip(bytes, request, limits).read();
  }

  /** When the clip ends on its own clock, in seconds. */
  static double seconds(MediaBytes bytes, MediaLimits limits) {
    DecodeDeadline deadline = DecodeDeadline.ofClip(limits);
    try (FfmpegInput input = FfmpegInput.open(bytes, limits, deadline)) {
      return input.statedSeconds().orElseGet(() -> lastPacketSeconds(input));
    }
  }

  static ClipHeader header(MediaBytes bytes, MediaLimits limits) {
    DecodeDeadline deadline = DecodeDeadline.ofClip(limits);
    try (FfmpegInput input = FfmpegInput.open(bytes, limits, deadline)) {
      int height = input.parameters().height();
      int width = input.parameters().width();
      double fps = input.statedFrameRate().orElse(0);
      return new ClipHeader(height, width, fps, input.statedFrames(), input.statedSeconds());
    }
  }

  private static double lastPacketSeconds(FfmpegInput input) {
    long last = 0;
    while (input.next()) {
      long shown = input.packet().pts();
      if (shown != AV_NOPTS_VALUE) {
        last = Math.max(last, shown + Math.max(0, input.packet().duration()));
      }
      av_packet_unref(input.packet());
    }
    return last / input.ticksPerSecond();
  }

  private Clip read() {
    List<Integer> expected = expect();
    Pass first = new Pass();
    first.decode(expected);
    if (first.counted.equals(expected)) {
      return first.clip();
    }
    Pass second = new Pass();
    second.decode(first.counted);
    return second.clip();
  }

  private boolean isWhole() {
    return request.span().equals(TimeSpan.WHOLE);
  }

  /** Numbers of the frames that count, by the container: from 0 at the place where it is opened. */
  private List<Integer> expect() {
    try (FfmpegInput input = open()) {
      OptionalLong stated = isWhole() ? input.statedFrames() : OptionalLong.empty();
      if (stated.isPresent()) {
        limits.requireFrames(stated.getAsLong());
        return numbers((int) stated.getAsLong());
      }
      List<Long> times = packetTimes(input);
      return isWhole()
          ? numbers(times.size())
          : request.span().frames(times, input.ticksPerSecond());
    }
  }

  private List<Long> packetTimes(FfmpegInput input) {
    double end = lastTick(input);
    List<Long> times = new ArrayList<>();
    boolean more = true;
    while (more && input.next()) {
      if (input.isShown()) {
        times.add(input.packet().pts());
        limits.requireFrames(times.size());
      }
      long decoded = input.packet().dts();
      more = decoded == AV_NOPTS_VALUE || decoded <= end; // no frame is shown before its turn
      av_packet_unref(input.packet());
    }
    times.sort(null);
    return times;
  }

  private double lastTick(FfmpegInput input) {
    return Math.ceil(request.span().endS() * input.ticksPerSecond());
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** At the key frame from which the span can be decoded; at the start if that is not known. */
  private FfmpegInput open() {
    FfmpegInput input = FfmpegInput.open(bytes, limits, deadline);
    if (request.span().startS() == 0) {
      return input;
    }
    try {
      if (input.seek((long) Math.floor(request.span().startS() * input.ticksPerSecond()))) {
        return input;
      }
    } catch (Throwable e) {
      input.close();
      throw e;
    }
    input.close();
    return FfmpegInput.open(bytes, limits, deadline);
  }

  /** All frames decoded once, the chosen ones kept. */
  private final class Pass {
    private List<Integer> counted;
    private double fps;
    private KeptFrames kept;
    private QwenVlException refusal;

    /**
     * @param expected numbers of the frames that count, if all goes as thought
     */
    void decode(List<Integer> expected) {
      try (FfmpegInput input = open();
          FfmpegDecoder decoder = FfmpegDecoder.open(input, limits, deadline)) {
        fps = input.frameRate();
        double end = lastTick(input);
        choose(expected);
        List<Long> times = new ArrayList<>();
        while ((times.isEmpty() || times.get(times.size() - 1) <= end) && decoder.next()) {
          times.add(decoder.time());
          limits.requireFrames(times.size());
          keep(times.size() - 1, decoder);
        }
        if (times.isEmpty()) {
          throw BrokenMedia.corrupt("The clip has no frame that can be decoded");
        }
        counted =
            isWhole()
                ? numbers(times.size())
                : request.span().frames(times, input.ticksPerSecond());
      }
    }

    /** What is refused of expected frames may be right for the true ones: it counts at the end. */
    private void choose(List<Integer> expected) {
      kept = new KeptFrames(new int[0], request.fit());
      try {
        if (!expected.isEmpty()) {
          int[] chosen = request.choice().choose(expected.size(), fps);
          kept = new KeptFrames(IntStream.of(chosen).map(expected::get).toArray(), request.fit());
        }
      } catch (QwenVlException e) {
        refusal = e;
      }
    }

    private void keep(int number, FfmpegDecoder decoder) {
      try {
        if (refusal == null) {
          kept.offer(number, decoder);
        }
      } catch (QwenVlException e) {
        refusal = e;
      }
    }

    Clip clip() {
      if (refusal != null) {
        throw refusal;
      }
      if (counted.isEmpty()) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "The clip has no frame between %s and %s seconds"
                .formatted(request.span().startS(), request.span().endS()));
      }
      return kept.clip(counted.size(), fps);
    }
  }
}
