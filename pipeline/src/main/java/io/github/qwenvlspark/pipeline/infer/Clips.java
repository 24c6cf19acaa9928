package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.ClipRequest;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Sampled frames of clips.
 *
 * @param fits how frames are resized as they come
 */
record Clips(
    RunSettings settings,
    Function<PlannedRow, MediaBytes> open,
    Function<VisualSize, FrameFit> fits) {
  Part read(PlannedRow row, Task task, VisualSize size) {
    FrameSampler sampler =
        new FrameSampler.Rate(
            task.fps(),
            task.minFrames(),
            task.maxFrames() > 0 ? OptionalInt.of(task.maxFrames()) : OptionalInt.empty());
    ClipRequest request =
        new ClipRequest(
            row.part().span().orElse(TimeSpan.WHOLE),
            sampler.on(settings.engine().alternatives().path()),
            fits.apply(size));
    try (MediaBytes bytes = open.apply(row)) {
      Clip clip = VideoReader.read(bytes, request, settings.media());
      return new Part.Resized(
          clip.frames(), new Size(clip.height(), clip.width()), clip.sampleFps());
    }
  }
}
