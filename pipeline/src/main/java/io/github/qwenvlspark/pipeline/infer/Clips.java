package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.OptionalInt;
import java.util.function.Function;

/** Sampled frames of clips. */
record Clips(RunSettings settings, Function<PlannedRow, byte[]> fetch) {
  Part read(PlannedRow row, Task task, VisualSize size) {
    FrameSampler sampler =
        new FrameSampler.Rate(
            task.fps(),
            task.minFrames(),
            task.maxFrames() > 0 ? OptionalInt.of(task.maxFrames()) : OptionalInt.empty());
    Clip clip =
        VideoReader.read(
            fetch.apply(row),
            sampler.on(settings.engine().alternatives().path()),
            settings.media());
    return new Part.Video(clip.frames(), clip.sampleFps(), size);
  }
}
