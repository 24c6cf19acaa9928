package io.github.qwenvlspark.udfs.sql;

import static org.apache.spark.sql.functions.udf;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.geometry.Iou;
import io.github.qwenvlspark.udfs.geometry.PagePoints;
import io.github.qwenvlspark.udfs.sql.SqlFunction.Form;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/** Functions over boxes, points and the sizes of pictures: NULL for what cannot be. */
final class PlaceFunctions {
  private static final DataType PIXELS = DataTypes.IntegerType;
  private static final DataType NUMBER = DataTypes.DoubleType;

  /** Limits of the published checkpoints. */
  private static final int MIN_PIXELS = 3136;

  private static final int MAX_PIXELS = 12845056;

  static final List<SqlFunction> ALL =
      List.of(
          SqlFunction.of(
              "qwenvl_to_original",
              FunctionPage.of(
                      "_FUNC_(place, resized_width, resized_height, width, height) - a box or point"
                          + " of an answer in pixels of the original picture: corners ordered,"
                          + " clipped to the picture.")
                  .argument("place", "[x1, y1, x2, y2] or [x, y] in pixels of the resized picture")
                  .argument(
                      "resized_width, resized_height", "size at which the model saw the picture")
                  .argument("width, height", "size of the original picture")
                  .example(
                      "_FUNC_(array(139, 768, 315, 954), 1008, 1540, 1014, 1532)",
                      "[139,764,316,949]")
                  .example("_FUNC_(array(364, 644), 728, 1288, 720, 1280)", "[360,640]"),
              new Form(
                  List.of(AnswerTypes.COORDINATES, PIXELS, PIXELS, PIXELS, PIXELS),
                  udf(
                      (UDF5<Seq<Integer>, Integer, Integer, Integer, Integer, Integer[]>)
                          PlaceFunctions::toOriginal,
                      AnswerTypes.COORDINATES))),
          SqlFunction.of(
              "qwenvl_to_points",
              FunctionPage.of(
                      "_FUNC_(place, dpi) - a box or point of a page of a PDF in points, of which 72"
                          + " are an inch, from the page's top left corner.")
                  .argument("place", "[x1, y1, x2, y2] or [x, y] in pixels of the page as drawn")
                  .argument("dpi", "pixels of an inch, as the column dpi of results says")
                  .example("_FUNC_(array(144, 288, 300, 301), 144)", "[72.0,144.0,150.0,150.5]"),
              new Form(
                  List.of(AnswerTypes.COORDINATES, NUMBER),
                  udf(
                      (UDF2<Seq<Integer>, Double, Double[]>) PlaceFunctions::toPoints,
                      DataTypes.createArrayType(NUMBER)))),
          SqlFunction.of(
              "qwenvl_iou",
              FunctionPage.of("_FUNC_(a, b) - intersection over union of two boxes.")
                  .argument("a, b", "[x1, y1, x2, y2]")
                  .example("_FUNC_(array(0, 0, 4, 2), array(2, 0, 4, 2))", "0.5"),
              new Form(
                  List.of(AnswerTypes.COORDINATES, AnswerTypes.COORDINATES),
                  udf((UDF2<Seq<Integer>, Seq<Integer>, Double>) PlaceFunctions::iou, NUMBER))),
          SqlFunction.of(
              "qwenvl_smart_resize",
              sized(
                      "_FUNC_(height, width[, min_pixels, max_pixels]) - the size at which the model"
                          + " sees a picture, and its tokens.")
                  .example(
                      "_FUNC_(1532, 1014)",
                      "{\"height\":1540,\"width\":1008,\"visual_tokens\":1980}")
                  .example(
                      "_FUNC_(1532, 1014, 3136, 200704)",
                      "{\"height\":532,\"width\":364,\"visual_tokens\":247}"),
              new Form(
                  List.of(PIXELS, PIXELS),
                  udf(
                      (UDF2<Integer, Integer, Row>)
                          (height, width) -> resized(height, width, MIN_PIXELS, MAX_PIXELS),
                      AnswerTypes.RESIZED)),
              new Form(
                  List.of(PIXELS, PIXELS, PIXELS, PIXELS),
                  udf(
                      (UDF4<Integer, Integer, Integer, Integer, Row>) PlaceFunctions::resized,
                      AnswerTypes.RESIZED))),
          SqlFunction.of(
              "qwenvl_visual_tokens",
              sized(
                      "_FUNC_(height, width[, min_pixels, max_pixels]) - the tokens that a picture"
                          + " becomes.")
                  .example("_FUNC_(1532, 1014)", "1980")
                  .example("_FUNC_(1532, 1014, 3136, 200704)", "247"),
              new Form(
                  List.of(PIXELS, PIXELS),
                  udf(
                      (UDF2<Integer, Integer, Integer>)
                          (height, width) -> tokens(height, width, MIN_PIXELS, MAX_PIXELS),
                      PIXELS)),
              new Form(
                  List.of(PIXELS, PIXELS, PIXELS, PIXELS),
                  udf(
                      (UDF4<Integer, Integer, Integer, Integer, Integer>) PlaceFunctions::tokens,
                      PIXELS))));

  private PlaceFunctions() {}

  /** How places are mapped; null where a size is missing or none. */
  static BoxMapping mapping(
      Integer resizedWidth, Integer resizedHeight, Integer width, Integer height) {
    boolean sizes =
        Stream.of(
                Optional.ofNullable(resizedWidth),
                Optional.ofNullable(resizedHeight),
                Optional.ofNullable(width),
                Optional.ofNullable(height))
            .allMatch(side -> side.isPresent() && side.get() > 0);
    return sizes
        ? new BoxMapping(new Size(resizedHeight, resizedWidth), new Size(height, width))
        : null;
  }

  private static FunctionPage sized(String usage) {
    return FunctionPage.of(usage)
        .argument("height, width", "size of the picture in pixels")
        .argument(
            "min_pixels, max_pixels",
            "bounds of its area as the model sees it (%d and %d, as in published checkpoints)"
                .formatted(MIN_PIXELS, MAX_PIXELS));
  }

  private static Integer[] toOriginal(
      Seq<Integer> place,
      Integer resizedWidth,
      Integer resizedHeight,
      Integer width,
      Integer height) {
    BoxMapping mapping = mapping(resizedWidth, resizedHeight, width, height);
    return mapping == null || !(isBox(place) || isPoint(place))
        ? null
        : mapping.place(Catalyst.list(place)).toArray(Integer[]::new);
  }

  private static Double[] toPoints(Seq<Integer> place, Double dpi) {
    return dpi == null || !(dpi > 0) || !(isBox(place) || isPoint(place))
        ? null
        : new PagePoints(dpi).of(Catalyst.list(place)).toArray(Double[]::new);
  }

  private static Double iou(Seq<Integer> a, Seq<Integer> b) {
    return isBox(a) && isBox(b) ? Double.valueOf(Iou.of(Catalyst.list(a), Catalyst.list(b))) : null;
  }

  private static boolean isBox(Seq<Integer> place) {
    return isNumbers(place, 4);
  }

  private static boolean isPoint(Seq<Integer> place) {
    return isNumbers(place, 2);
  }

  private static boolean isNumbers(Seq<Integer> place, int count) {
    return place != null
        && place.size() == count
        && Catalyst.list(place).stream().allMatch(Objects::nonNull);
  }

  private static Row resized(Integer height, Integer width, Integer minPixels, Integer maxPixels) {
    return fit(height, width, minPixels, maxPixels)
        .map(size -> RowFactory.create(size.height(), size.width(), tokens(size)))
        .orElse(null);
  }

  private static Integer tokens(
      Integer height, Integer width, Integer minPixels, Integer maxPixels) {
    return fit(height, width, minPixels, maxPixels).map(PlaceFunctions::tokens).orElse(null);
  }

  private static int tokens(Size resized) {
    return (int) VisualSizes.tokens(1, resized);
  }

  private static Optional<Size> fit(
      Integer height, Integer width, Integer minPixels, Integer maxPixels) {
    if (height == null || width == null || minPixels == null || maxPixels == null) {
      return Optional.empty();
    }
    if (minPixels < 0 || maxPixels < 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SmartResize.fit(
              new Size(height, width), new PixelLimits(minPixels, maxPixels), SmartResize.FACTOR));
    } catch (QwenVlException e) {
      return Optional.empty(); // no such picture is ever read
    }
  }
}
