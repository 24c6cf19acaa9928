package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TiffDocumentTest {
  private static final String FOLDER = "images/rare/";
  private static final int ENTRY = 12;
  private static final ImageDecoder DECODER =
      new ImageDecoder(MediaLimits.DEFAULT, PictureRules.REFERENCE);

  static Stream<Arguments> severalPages() {
    return GoldenJson.cases(FOLDER + "rare.json", "pictures")
        .filter(picture -> picture.has("pages"))
        .map(picture -> Arguments.of(picture.path("file").asText(), picture.path("pages")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("severalPages")
  void everyPageIsThatOfPillow(String file, JsonNode golden) {
    try (TiffDocument tiff = open(Pixels.bytes(FOLDER + "files/" + file), MediaLimits.DEFAULT)) {
      assertThat(tiff.pages()).isEqualTo(golden.size());
      assertThat(
              IntStream.range(0, golden.size())
                  .mapToObj(page -> Pixels.sha256(DECODER.decode(tiff, page).rgb())))
          .containsExactlyElementsOf(
              () -> Stream.of(golden).flatMap(TiffDocumentTest::texts).iterator());
    }
  }

  private static Stream<String> texts(JsonNode list) {
    return IntStream.range(0, list.size()).mapToObj(i -> list.get(i).asText());
  }

  @Test
  void aPageOfALongFileIsReadWithoutTheOthers() {
    byte[] hundred = pages(100);
    CountingBytes bytes = new CountingBytes(hundred);
    try (TiffDocument tiff = TiffDocument.open(bytes, MediaLimits.DEFAULT)) {
      DECODER.decode(tiff, 0);
      assertThat(bytes.read()).isLessThan(hundred.length / 25);

      assertThat(DECODER.decode(tiff, 99).height()).isEqualTo(16);
      assertThat(bytes.read()).isLessThan(hundred.length / 10);
    }
    assertThat(bytes.isClosed()).isTrue();
  }

  @Test
  void aSmallerCopyOfThePictureIsNoPage() {
    byte[] bytes = pages(3);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(directory(file, 1) + 2 + 8, 1);

    try (TiffDocument tiff = open(bytes, MediaLimits.DEFAULT)) {
      assertThat(tiff.pages()).isEqualTo(2);
    }
  }

  @Test
  void aLinkThatLeadsBackEndsTheList() {
    byte[] bytes = pages(3);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(link(file, directory(file, 2)), directory(file, 0));

    try (TiffDocument tiff = open(bytes, MediaLimits.DEFAULT)) {
      assertThat(tiff.pages()).isEqualTo(3);
    }
  }

  @Test
  void aPageThatIsCutOffIsAnErrorOfItsOwn() {
    byte[] bytes = pages(3);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(link(file, directory(file, 1)), Integer.MAX_VALUE);

    try (TiffDocument tiff = open(bytes, MediaLimits.DEFAULT)) {
      assertThat(tiff.pages()).isEqualTo(3);
      assertThat(DECODER.decode(tiff, 1).width()).isEqualTo(16);
      Failures.assertFails(
          () -> DECODER.decode(tiff, 2),
          ErrorType.CORRUPT_MEDIA,
          "Page 3 of the TIFF lies outside the file");
    }
  }

  @Test
  void morePagesThanAllowedAreRefused() {
    MediaLimits two = new MediaLimits(1 << 20, 1 << 20, 2, 1);
    try (TiffDocument tiff = open(pages(3), two)) {
      Failures.assertFails(tiff::pages, ErrorType.TOO_LARGE, "spark.qwenvl.media.maxPages");
    }
  }

  @Test
  void aPageLargerThanAllowedIsRefusedByItsHeader() {
    MediaLimits small = new MediaLimits(1 << 20, 255, 10, 1);
    try (TiffDocument tiff = open(pages(2), small)) {
      Failures.assertFails(
          () -> new ImageDecoder(small, PictureRules.REFERENCE).decode(tiff, 1),
          ErrorType.TOO_LARGE,
          "256 pixels exceed 255");
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aDamagedListOfPagesIsReadOrRefused(int seed) {
    Random random = new Random(seed);
    byte[] bytes = pages(5);
    for (int i = 0; i < 6; i++) {
      bytes[random.nextInt(8) < 2 ? random.nextInt(8) : random.nextInt(bytes.length)] =
          (byte) random.nextInt(256);
    }
    byte[] cut = Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length - 3));

    Failures.assertTyped(() -> readAll(cut));
  }

  private static void readAll(byte[] bytes) {
    MediaLimits limits = new MediaLimits(1 << 20, 1 << 20, 20, 1);
    try (TiffDocument tiff = open(bytes, limits)) {
      int pages = tiff.pages();
      for (int page = 0; page < pages; page++) {
        new ImageDecoder(limits, PictureRules.REFERENCE).decode(tiff, page);
      }
    }
  }

  private static TiffDocument open(byte[] bytes, MediaLimits limits) {
    return TiffDocument.open(MediaBytes.of(bytes), limits);
  }

  /** Gray pages of 16 x 16, each directory behind its pixels. */
  private static byte[] pages(int pages) {
    int[][] tags = {
      {254, 0},
      {256, 16},
      {257, 16},
      {258, 8},
      {259, 1},
      {262, 1},
      {273, 0},
      {277, 1},
      {278, 16},
      {279, 256}
    };
    int size = 256 + 2 + tags.length * ENTRY + 4;
    ByteBuffer file = ByteBuffer.allocate(8 + pages * size).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8 + 256);
    for (int page = 0; page < pages; page++) {
      int pixels = file.position();
      file.position(pixels + 256);
      file.putShort((short) tags.length);
      for (int[] tag : tags) {
        file.putShort((short) tag[0]).putShort((short) 4).putInt(1);
        file.putInt(tag[0] == 273 ? pixels : tag[1]);
      }
      file.putInt(page == pages - 1 ? 0 : file.position() + 4 + 256);
    }
    return file.array();
  }

  private static int directory(ByteBuffer file, int page) {
    int at = file.getInt(4);
    for (int i = 0; i < page; i++) {
      at = file.getInt(link(file, at));
    }
    return at;
  }

  private static int link(ByteBuffer file, int directory) {
    return directory + 2 + file.getShort(directory) * ENTRY;
  }

  /** Bytes that count how many of them were asked for. */
  private static final class CountingBytes implements MediaBytes {
    private final MediaBytes bytes;
    private long read;
    private boolean closed;

    CountingBytes(byte[] bytes) {
      this.bytes = MediaBytes.of(bytes);
    }

    long read() {
      return read;
    }

    boolean isClosed() {
      return closed;
    }

    @Override
    public long length() {
      return bytes.length();
    }

    @Override
    public int read(long position, byte[] target, int offset, int count)
        throws java.io.IOException {
      int got = bytes.read(position, target, offset, count);
      read += got;
      return got;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
