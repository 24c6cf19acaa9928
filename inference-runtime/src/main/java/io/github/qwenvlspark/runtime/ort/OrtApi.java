package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.graph.FloatType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;

/**
 * The functions of ONNX Runtime's C API that its Java API lacks: memory where a session computes,
 * and tensors over parts of it. Immutable.
 *
 * <p>They are called in the library that the Java package has loaded, through its own table of
 * functions. Entries are only ever appended to that table, so an index holds for later versions.
 * Source: {@code struct OrtApi}, include/onnxruntime/core/session/onnxruntime_c_api.h.
 */
final class OrtApi {
  private static final int GET_ERROR_MESSAGE = 2;
  private static final int CREATE_TENSOR_WITH_DATA = 49;
  private static final int CREATE_MEMORY_INFO = 68;
  private static final int MEMORY_INFO_GET_NAME = 71;
  private static final int MEMORY_INFO_GET_ID = 72;
  private static final int ALLOCATOR_ALLOC = 75;
  private static final int ALLOCATOR_FREE = 76;
  private static final int RELEASE_STATUS = 93;
  private static final int RELEASE_MEMORY_INFO = 94;
  private static final int CREATE_ALLOCATOR = 131;
  private static final int RELEASE_ALLOCATOR = 132;

  private static final int DEVICE_ALLOCATOR = 0;
  private static final int DEFAULT_MEMORY = 0;

  private final Pointer table;
  private final Field sessionHandle;
  private final Constructor<OnnxTensor> tensor;
  private final Constructor<TensorInfo> tensorInfo;

  /**
   * Finds the table and asks it something whose answer is known, before anything relies on it.
   *
   * @param environment shows that the library is loaded and started
   */
  OrtApi(OrtEnvironment environment) {
    try {
      Field handle = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      handle.setAccessible(true);
      table = new Pointer(handle.getLong(null));
      sessionHandle = OrtSession.class.getDeclaredField("nativeHandle");
      sessionHandle.setAccessible(true);
      tensor = OnnxTensor.class.getDeclaredConstructor(long.class, long.class, TensorInfo.class);
      tensor.setAccessible(true);
      tensorInfo =
          TensorInfo.class.getDeclaredConstructor(
              long[].class, OnnxJavaType.class, TensorInfo.OnnxTensorType.class);
      tensorInfo.setAccessible(true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw unknown(environment, e.toString());
    }
    requireKnown(environment);
  }

  private void requireKnown(OrtEnvironment environment) {
    Pointer info = createMemoryInfo("Cpu", 0);
    try {
      PointerByReference name = new PointerByReference();
      call(MEMORY_INFO_GET_NAME, info, name);
      IntByReference id = new IntByReference(-1);
      call(MEMORY_INFO_GET_ID, info, id);
      String answer = name.getValue().getString(0) + ":" + id.getValue();
      if (!answer.equals("Cpu:0")) {
        throw unknown(environment, "the memory Cpu:0 calls itself " + answer);
      }
    } finally {
      releaseMemoryInfo(info);
    }
  }

  private static QwenVlException unknown(OrtEnvironment environment, String what) {
    return new QwenVlException(
        ErrorType.DEVICE_FAILURE,
        "ONNX Runtime %s is not one that this version can share memory with (%s); use the one that it was built with"
            .formatted(environment.getVersion(), what));
  }

  /** The caller releases the result. */
  Pointer createMemoryInfo(String name, int ordinal) {
    PointerByReference info = new PointerByReference();
    call(CREATE_MEMORY_INFO, name, DEVICE_ALLOCATOR, ordinal, DEFAULT_MEMORY, info);
    return info.getValue();
  }

  void releaseMemoryInfo(Pointer info) {
    release(RELEASE_MEMORY_INFO, info);
  }

  /** The allocator that {@code session} has for {@code info}. The caller releases the result. */
  Pointer createAllocator(OrtSession session, Pointer info) {
    PointerByReference allocator = new PointerByReference();
    call(CREATE_ALLOCATOR, handle(session), info, allocator);
    return allocator.getValue();
  }

  void releaseAllocator(Pointer allocator) {
    release(RELEASE_ALLOCATOR, allocator);
  }

  /** Memory of undefined content. The caller frees the result. */
  Pointer allocate(Pointer allocator, long bytes) {
    PointerByReference memory = new PointerByReference();
    call(ALLOCATOR_ALLOC, allocator, bytes, memory);
    if (memory.getValue() == null) {
      throw failure(ErrorType.OUT_OF_MEMORY, "%,d bytes are not to be had".formatted(bytes));
    }
    return memory.getValue();
  }

  void free(Pointer allocator, Pointer memory) {
    call(ALLOCATOR_FREE, allocator, memory);
  }

  /** A tensor over memory that someone else owns. The caller closes the result. */
  OnnxTensor tensor(Pointer info, Pointer memory, long bytes, long[] shape, FloatType type) {
    LongByReference value = new LongByReference();
    try (Memory sides = new Memory((long) Long.BYTES * shape.length)) {
      sides.write(0, shape, 0, shape.length);
      call(
          CREATE_TENSOR_WITH_DATA,
          info,
          memory,
          bytes,
          sides,
          (long) shape.length,
          type.onnxType(),
          value);
    }
    OnnxJavaType javaType = Tensors.javaType(type);
    try {
      return tensor.newInstance(
          value.getValue(),
          0L,
          tensorInfo.newInstance(
              shape, javaType, TensorInfo.OnnxTensorType.mapFromJavaType(javaType)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Constructors that were there before are gone", e);
    }
  }

  private Pointer handle(OrtSession session) {
    try {
      return new Pointer(sessionHandle.getLong(session));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("A field that could be read before is locked", e);
    }
  }

  private void call(int index, Object... arguments) {
    Pointer status = function(index).invokePointer(arguments);
    if (status == null) {
      return;
    }
    String message = function(GET_ERROR_MESSAGE).invokeString(new Object[] {status}, false);
    release(RELEASE_STATUS, status);
    throw failure(ErrorType.DEVICE_FAILURE, message);
  }

  private static QwenVlException failure(ErrorType type, String message) {
    ErrorType told = OrtRuntime.tellsOfExhaustedMemory(message) ? ErrorType.OUT_OF_MEMORY : type;
    return new QwenVlException(told, "ONNX Runtime cannot provide memory: %s".formatted(message));
  }

  private void release(int index, Pointer what) {
    function(index).invokeVoid(new Object[] {what});
  }

  private Function function(int index) {
    return Function.getFunction(table.getPointer((long) Native.POINTER_SIZE * index));
  }
}
