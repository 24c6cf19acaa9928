package io.github.qwenvlspark.runtime.media;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.filter.DecodeOptions;
import org.apache.pdfbox.filter.DecodeResult;
import org.apache.pdfbox.filter.Filter;
import org.apache.pdfbox.filter.FilterFactory;

/**
 * Counts what PDFBox's filters give out. PDFBox decompresses a stream into the heap without a
 * limit, so that a thousand bytes may become a gigabyte, and has no place to say how much is too
 * much: its table of filters is private, and this class, alone, reaches into it. Work of others in
 * this JVM, outside of a {@link PdfWork}, goes on as before.
 */
final class PdfFilters {
  /** Filters that decode a whole picture at once, by ImageIO's names of their formats. */
  private static final Map<COSName, String> PICTURES =
      Map.of(
          COSName.DCT_DECODE, "jpeg",
          COSName.DCT_DECODE_ABBREVIATION, "jpeg",
          COSName.JPX_DECODE, "jpeg2000",
          COSName.JBIG2_DECODE, "jbig2");

  static {
    IdentityHashMap<Filter, Filter> counted = new IdentityHashMap<>();
    table()
        .replaceAll(
            (name, filter) ->
                counted.computeIfAbsent(
                    filter, original -> new Counted(original, PICTURES.getOrDefault(name, ""))));
  }

  private PdfFilters() {}

  /** Sees to it that filters are counted from here on. */
  static void install() {}

  @SuppressWarnings("unchecked")
  private static Map<COSName, Filter> table() {
    try {
      Field filters = FilterFactory.class.getDeclaredField("filters");
      filters.setAccessible(true);
      return (Map<COSName, Filter>) filters.get(FilterFactory.INSTANCE);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This version of PDFBox keeps its filters elsewhere; use the one that the build names",
          e);
    }
  }

  /** A filter whose output counts. */
  private static final class Counted extends Filter {
    private final Filter filter;
    private final String picture;

    /** {@code picture} is the format of what it decodes at once; empty for streams. */
    Counted(Filter filter, String picture) {
      this.filter = filter;
      this.picture = picture;
    }

    @Override
    public DecodeResult decode(
        InputStream encoded, OutputStream decoded, COSDictionary parameters, int index)
        throws IOException {
      return decode(encoded, decoded, parameters, index, DecodeOptions.DEFAULT);
    }

    @Override
    public DecodeResult decode(
        InputStream encoded,
        OutputStream decoded,
        COSDictionary parameters,
        int index,
        DecodeOptions options)
        throws IOException {
      Optional<PdfWork> work = PdfWork.current();
      if (work.isEmpty()) {
        return filter.decode(encoded, decoded, parameters, index, options);
      }
      PdfWork.check();
      InputStream in = picture.isEmpty() ? encoded : afterItsHeader(encoded, work.get());
      return filter.decode(in, work.get().counted(decoded), parameters, index, options);
    }

    /** A picture's own header may say more than the document does: it is asked first. */
    private InputStream afterItsHeader(InputStream encoded, PdfWork work) throws IOException {
      byte[] bytes = encoded.readAllBytes();
      work.require(pixels(bytes));
      return new ByteArrayInputStream(bytes);
    }

    /** 0 where the header cannot be read, which the filter will say in its own way. */
    private long pixels(byte[] bytes) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(picture);
      if (!readers.hasNext()) {
        return 0;
      }
      ImageReader reader = readers.next();
      try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
        reader.setInput(in, true, true);
        return (long) reader.getWidth(0) * reader.getHeight(0);
      } catch (IOException | RuntimeException e) {
        return 0;
      } finally {
        reader.dispose();
      }
    }

    @Override
    protected void encode(InputStream input, OutputStream encoded, COSDictionary parameters)
        throws IOException {
      filter.encode(input, encoded, parameters, 0);
    }
  }
}
