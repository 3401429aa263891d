package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An array of a pickle: made empty, as NumPy pickles them, and given its state once. */
final class PickledArray {
    private static final int STATE = 5;

    private Optional<List<?>> state = Optional.empty();

    /** The state is {@code (1, shape, dtype, column-major, data)}; what is in it is looked at by {@link #tensor}. */
    void build(Object given) throws RejectedModelException {
        if (state.isPresent()) {
            throw malformed("one state of an array", "a second one");
        }
        if (!(given instanceof Pickle.Tuple tuple) || tuple.items().size() != STATE) {
            throw malformed("(1, shape, dtype, order, data)", Pickle.kind(given));
        }
        state = Optional.of(tuple.items());
    }

    /** What its data takes. */
    long dataBytes() {
        boolean hasData = state.isPresent() && state.get().get(STATE - 1) instanceof ByteBuffer;
        return hasData ? ((ByteBuffer) state.get().get(STATE - 1)).remaining() : 0;
    }

    /** Its description and its data. */
    Tensor tensor() throws RejectedModelException {
        if (state.isEmpty()) {
            throw malformed("an array with a state", "one without");
        }
        List<?> items = state.get();
        if (!Long.valueOf(1).equals(items.get(0))) {
            throw new RejectedModelException(ModelReason.FORBIDDEN, "version 1 of an array", Pickle.kind(items.get(0)));
        }
        if (!(items.get(1) instanceof Pickle.Tuple dimensions)) {
            throw malformed("a tuple as shape", Pickle.kind(items.get(1)));
        }
        List<Long> lengths = new ArrayList<>();
        for (Object length : dimensions.items()) {
            if (!(length instanceof Long number)) {
                throw malformed("a shape of integers", Pickle.kind(length));
            }
            lengths.add(number);
        }
        if (!(items.get(2) instanceof ElementType type)) {
            throw malformed("a dtype", Pickle.kind(items.get(2)));
        }
        DType known = type.known();
        if (!(items.get(3) instanceof Boolean columnMajor)) {
            throw malformed("True or False as order", Pickle.kind(items.get(3)));
        }
        if (!(items.get(4) instanceof ByteBuffer data)) {
            throw malformed("bytes as data", Pickle.kind(items.get(4)));
        }
        return new UntrustedTensor(known, UntrustedTensor.shape(lengths), type.order(), columnMajor).of(data);
    }

    private static RejectedModelException malformed(String expected, String actual) {
        return new RejectedModelException(ModelReason.MALFORMED, expected, actual);
    }

    /** A {@code numpy.dtype}: a code, and a state which says the byte order. */
    static final class ElementType {
        /** Of a dtype without fields, names, a size of its own and flags. */
        private static final List<Object> REST = List.of(Pickle.NONE, Pickle.NONE, Pickle.NONE, -1L, -1L, 0L);

        private final String code;
        private Optional<ByteOrder> order = Optional.empty();

        ElementType(String code) {
            this.code = code;
        }

        /** The state is {@code (3, order, None, None, None, -1, -1, 0)} for all types that are read. */
        void build(Object given) throws RejectedModelException {
            if (order.isPresent()) {
                throw malformed("one state of a dtype", "a second one");
            }
            if (!(given instanceof Pickle.Tuple tuple)
                    || tuple.items().size() != REST.size() + 2
                    || !Long.valueOf(3).equals(tuple.items().get(0))) {
                throw malformed("(3, order, None, None, None, -1, -1, 0)", Pickle.kind(given));
            }
            if (!tuple.items().subList(2, tuple.items().size()).equals(REST)) {
                throw new RejectedModelException(
                        ModelReason.UNSUPPORTED_TYPE, "numbers", code + " with fields or flags");
            }
            Object sign = tuple.items().get(1);
            if (!"<".equals(sign) && !">".equals(sign) && !"|".equals(sign)) {
                throw malformed("<, > or |", sign instanceof String text ? text : Pickle.kind(sign));
            }
            order = Optional.of(">".equals(sign) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }

        DType known() throws RejectedModelException {
            return DType.ofCode(code)
                    .orElseThrow(() -> new RejectedModelException(
                            ModelReason.UNSUPPORTED_TYPE, "f2, f4, f8, i1, i2, i4, i8 or b1", code));
        }

        ByteOrder order() throws RejectedModelException {
            return order.orElseThrow(() -> malformed("a dtype with a state", code + " without"));
        }
    }
}
