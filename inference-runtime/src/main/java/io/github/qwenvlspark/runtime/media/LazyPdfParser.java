package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSObjectKey;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/**
 * Opens a PDF without a look at each of its objects. PDFBox, as lenient as documents need it,
 * visits all of them at first to see whether the table of their places is right, and so reads a
 * long document from end to end for one page. Here the table is believed until an object turns out
 * to be somewhere else; whoever opened the document then opens it the thorough way.
 */
final class LazyPdfParser extends PDFParser {
  /** No object begins within the header. */
  private static final long FIRST_OFFSET = 6;

  LazyPdfParser(RandomAccessRead source, String password) throws IOException {
    super(source, password, null, null, IOUtils.createTempFileOnlyStreamCache());
  }

  /** The table of a document cannot be believed. */
  static final class MisplacedObject extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MisplacedObject(Throwable cause) {
      super("An object of the PDF is not where its table says", cause);
    }
  }

  @Override
  protected void initialParse() throws IOException {
    try {
      super.initialParse();
    } catch (InvalidPasswordException e) {
      throw e;
    } catch (IOException e) {
      throw new MisplacedObject(e);
    }
  }

  /** The check of all places is part of leniency, and nothing else here is. */
  @Override
  protected COSDictionary retrieveTrailer() throws IOException {
    setLenient(false);
    try {
      return super.retrieveTrailer();
    } finally {
      setLenient(true);
    }
  }

  @Override
  protected synchronized COSBase parseObjectDynamically(COSObjectKey key, boolean required)
      throws IOException {
    Long offset = document.getXrefTable().get(key);
    if (offset != null && offset >= 0 && offset < FIRST_OFFSET) {
      throw new MisplacedObject(null);
    }
    try {
      return super.parseObjectDynamically(key, required);
    } catch (InvalidPasswordException e) {
      throw e;
    } catch (IOException e) {
      throw new MisplacedObject(e);
    }
  }
}
