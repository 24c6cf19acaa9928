package io.github.qwenvlspark.pipeline.plan;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what a plan needs and nobody may read where the plan is kept: AES-GCM under a key that is
 * made for one run. The key goes to executors within Spark tasks, and nowhere else: once the run is
 * over, nobody opens what it left. Thread-safe.
 */
public final class Seal implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;

  /** Drawn anew for each text, and put before it. */
  private static final int NONCE_BYTES = 12;

  private static final int TAG_BITS = 128;
  private static final String NOT_OURS =
      "Cannot open a sealed value of the plan: it was changed, or another run wrote it";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private Seal(byte[] key) {
    this.key = key;
  }

  /** One that nobody has yet. */
  public static Seal fresh() {
    return new Seal(random(KEY_BYTES));
  }

  /** The text, for {@link #open} alone; equal texts are not equal any more. */
  byte[] seal(String text) {
    byte[] nonce = random(NONCE_BYTES);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java runtime has " + CIPHER, e);
    }
  }

  /**
   * The text that was sealed.
   *
   * @throws IllegalStateException if this seal has not made it, or it was changed since
   */
  String open(byte[] sealed) {
    if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw new IllegalStateException(NOT_OURS);
    }
    try {
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, sealed)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(NOT_OURS, e);
    }
  }

  private Cipher cipher(int mode, byte[] nonceFirst) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BITS, nonceFirst, 0, NONCE_BYTES));
    return cipher;
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Nothing of the key. */
  @Override
  public String toString() {
    return "a seal";
  }
}
