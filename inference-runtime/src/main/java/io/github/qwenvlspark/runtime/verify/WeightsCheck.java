package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import io.github.qwenvlspark.runtime.checkpoint.TensorType;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.VisionGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Every weight that the configuration asks for is there in its shape, and all are finite. */
record WeightsCheck() implements Check {
  private static final int BLOCK_BYTES = 1 << 20;

  @Override
  public String name() {
    return "weights";
  }

  @Override
  public Measure take(Subject subject) {
    Checkpoint checkpoint = subject.checkpoint();
    VisionGraph.build(checkpoint);
    DecoderGraph.build(checkpoint);
    Tally tally = Tally.exact(name());
    List<TensorLocation> tensors = List.copyOf(checkpoint.weights().all().values());
    List<Boolean> finite = tensors.parallelStream().map(WeightsCheck::isFinite).toList();
    for (int i = 0; i < finite.size(); i++) {
      tally.equal(tensors.get(i).name() + " holds NaN or an infinity", finite.get(i));
    }
    return tally.measure(
        "%,d parameters, in their shapes and finite".formatted(checkpoint.weights().parameters()));
  }

  private static boolean isFinite(TensorLocation tensor) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
      for (long done = 0; done < tensor.length(); ) {
        block.clear().limit((int) Math.min(BLOCK_BYTES, tensor.length() - done));
        while (block.hasRemaining()) {
          if (channel.read(block, tensor.offset() + done + block.position()) < 0) {
            throw new IOException("end of file");
          }
        }
        if (!isFinite(block.flip(), tensor.type())) {
          return false;
        }
        done += block.limit();
      }
      return true;
    } catch (IOException e) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "Cannot read " + tensor.file(), e);
    }
  }

  /** NaN and the infinities have every bit of the exponent set. */
  private static boolean isFinite(ByteBuffer values, TensorType type) {
    while (values.hasRemaining()) {
      boolean finite =
          switch (type) {
            case F32 -> Float.isFinite(values.getFloat());
            case BF16 -> (values.getShort() & 0x7f80) != 0x7f80;
            case F16 -> (values.getShort() & 0x7c00) != 0x7c00;
            case U8 -> values.position(values.limit()).remaining() == 0; // every byte is a number
          };
      if (!finite) {
        return false;
      }
    }
    return true;
  }
}
