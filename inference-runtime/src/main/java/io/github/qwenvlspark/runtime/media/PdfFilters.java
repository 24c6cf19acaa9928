package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
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
  static {
    IdentityHashMap<Filter, Filter> counted = new IdentityHashMap<>();
    table().replaceAll((name, filter) -> counted.computeIfAbsent(filter, Counted::new));
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

    Counted(Filter filter) {
      this.filter = filter;
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
      PdfWork.check();
      Optional<PdfWork> work = PdfWork.current();
      OutputStream out = work.isPresent() ? work.get().counted(decoded) : decoded;
      return filter.decode(encoded, out, parameters, index, options);
    }

    @Override
    protected void encode(InputStream input, OutputStream encoded, COSDictionary parameters)
        throws IOException {
      filter.encode(input, encoded, parameters, 0);
    }
  }
}
