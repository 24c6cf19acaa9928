package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;

/** Whose way pixels go to the model, where the field knows two. */
public enum PreprocessorPath {
  /**
   * The reference: qwen-vl-utils resizes pictures with Pillow and clips in float32, each frame
   * within the clip's budget.
   */
  QWEN_VL_UTILS("qwen-vl-utils/pillow") {
    @Override
    Size fit(Size size, PixelLimits limits) {
      return SmartResize.fit(size, limits, SmartResize.FACTOR);
    }

    @Override
    RgbImage resizePicture(RgbImage picture, Size size) {
      return PillowBicubic.resize(picture, size);
    }

    @Override
    RgbImage resizeFrame(RgbImage frame, Size size) {
      return TorchBicubic.resize(frame, size);
    }

    @Override
    float[][] pictureLevels(Normalization normalization) {
      return normalization.image();
    }
  },

  /**
   * The processors of transformers 5.17 alone, with torchvision: a resize of 8 bits for pictures
   * and frames, fused normalisation, no budget of a clip.
   */
  TRANSFORMERS("transformers/torchvision") {
    @Override
    Size fit(Size size, PixelLimits limits) {
      return SmartResize.fitAsTransformers(size, limits, SmartResize.FACTOR);
    }

    @Override
    RgbImage resizePicture(RgbImage picture, Size size) {
      return TorchUint8Bicubic.resize(picture, size);
    }

    @Override
    RgbImage resizeFrame(RgbImage frame, Size size) {
      return TorchUint8Bicubic.resize(frame, size);
    }

    @Override
    float[][] pictureLevels(Normalization normalization) {
      return normalization.video();
    }
  };

  private final String label;

  PreprocessorPath(String label) {
    this.label = label;
  }

  /** Name in settings and results, such as {@code qwen-vl-utils/pillow}. */
  public String label() {
    return label;
  }

  abstract Size fit(Size size, PixelLimits limits);

  abstract RgbImage resizePicture(RgbImage picture, Size size);

  abstract RgbImage resizeFrame(RgbImage frame, Size size);

  /** {@code [3, 256]}, the normalised value of each byte of a picture. */
  abstract float[][] pictureLevels(Normalization normalization);
}
