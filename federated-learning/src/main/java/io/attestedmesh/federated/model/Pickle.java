package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python's pickles as data: a stack machine that knows dicts, lists, tuples, numbers, texts, bytes, and the three
 * names by which NumPy pickles an array. Any other opcode or name is refused where it stands; nothing is ever looked up or
 * called.
 *
 * <p>Values are {@link #NONE}, Boolean, Long, Double, String, ByteBuffer, {@link Tuple}, List, Map, {@link PickledArray} and
 * its dtype. A list may contain itself: nobody may walk through values without a bound.
 */
final class Pickle {
    static final Object NONE = new Object();

    private static final int LATEST = 5;
    private static final int MOST_MARKS = 64;
    private static final int MOST_STACKED = Model.MOST_TENSORS + 1024;
    /** Enough for as many arrays as a model may have, each of six objects. */
    private static final int MOST_OBJECTS = 8 * Model.MOST_TENSORS;

    private static final int LONGEST_TEXT = 1 << 16;
    private static final int LONGEST_NAME = 64;

    /** An immutable sequence. */
    record Tuple(List<Object> items) {}

    /** What a name may stand for. */
    private enum Global {
        RECONSTRUCT,
        NDARRAY,
        DTYPE
    }

    private static final Map<String, Global> GLOBALS = Map.of(
            "numpy.core.multiarray._reconstruct", Global.RECONSTRUCT,
            "numpy._core.multiarray._reconstruct", Global.RECONSTRUCT,
            "numpy.ndarray", Global.NDARRAY,
            "numpy.dtype", Global.DTYPE);

    private final PickleInput in;
    private final ArrayList<Object> stack = new ArrayList<>();
    private final ArrayList<Integer> marks = new ArrayList<>();
    private final ArrayList<Object> memo = new ArrayList<>();
    private int objects;

    private Pickle(PickleInput in) {
        this.in = in;
    }

    /** The value of a whole pickle, behind which the input ends. */
    static Object read(PickleInput in) throws RejectedModelException {
        Pickle pickle = new Pickle(in);
        int opcode = in.next();
        if (opcode != 0x80) {
            throw malformed("PROTO", hex(opcode));
        }
        int protocol = in.next();
        if (protocol < 2 || protocol > LATEST) {
            throw forbidden("protocol 2 to " + LATEST, String.valueOf(protocol));
        }
        opcode = in.next();
        while (opcode != '.') {
            pickle.execute(opcode);
            opcode = in.next();
        }
        Object value = pickle.pop();
        if (!pickle.stack.isEmpty() || !pickle.marks.isEmpty()) {
            throw malformed("one value", "more of them");
        }
        in.requireEnd();
        return value;
    }

    private void execute(int opcode) throws RejectedModelException {
        switch (opcode) {
            case 0x95 -> in.require(length(number(8))); // FRAME: says how much comes, nothing else
            case '(' -> mark();
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push(number(1));
            case 'M' -> push(number(2));
            case 'J' -> push((long) (int) number(4));
            case 0x8a -> pushNew(longInteger(in.next()));
            case 'G' -> pushNew(Double.longBitsToDouble(Long.reverseBytes(number(8))));
            case 0x8c -> pushNew(text(number(1)));
            case 'X' -> pushNew(text(number(4)));
            case 0x8d -> pushNew(text(number(8)));
            case 'C' -> pushNew(in.take(number(1)));
            case 'B' -> pushNew(in.take(number(4)));
            case 0x8e -> pushNew(in.take(length(number(8))));
            case ')' -> pushNew(new Tuple(List.of()));
            case 0x85 -> pushNew(new Tuple(pop(1)));
            case 0x86 -> pushNew(new Tuple(pop(2)));
            case 0x87 -> pushNew(new Tuple(pop(3)));
            case 't' -> pushNew(new Tuple(popToMark()));
            case ']' -> pushNew(new ArrayList<Object>());
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case '}' -> pushNew(new HashMap<Object, Object>());
            case 's' -> put(pop(2));
            case 'u' -> put(popToMark());
            case 0x94 -> memoize(memo.size());
            case 'q' -> memoize(number(1));
            case 'r' -> memoize(number(4));
            case 'h' -> push(remembered(number(1)));
            case 'j' -> push(remembered(number(4)));
            case 'c' -> push(global(line(), line()));
            case 0x93 -> stackGlobal();
            case 'R' -> reduce();
            case 'b' -> build();
            default -> throw forbidden("an opcode of plain data", hex(opcode));
        }
    }

    /** Little-endian, unsigned but for eight bytes. */
    private long number(int bytes) throws RejectedModelException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (long) in.next() << (i * Byte.SIZE);
        }
        return number;
    }

    private static long length(long number) throws RejectedModelException {
        if (number < 0) {
            throw tooLarge("a length below 2^63", Long.toUnsignedString(number));
        }
        return number;
    }

    private Long longInteger(int bytes) throws RejectedModelException {
        if (bytes > Long.BYTES) {
            throw tooLarge("an integer of 64 bits", bytes + " bytes");
        }
        int unused = Long.SIZE - bytes * Byte.SIZE;
        long number = number(bytes);
        return bytes == 0 ? 0L : (number << unused) >> unused;
    }

    private String text(long length) throws RejectedModelException {
        if (length < 0 || length > LONGEST_TEXT) {
            throw tooLarge("a text of " + LONGEST_TEXT + " bytes", Long.toUnsignedString(length));
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in.take(length)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("UTF-8", "other bytes");
        }
    }

    private String line() throws RejectedModelException {
        StringBuilder line = new StringBuilder();
        int next = in.next();
        while (next != '\n') {
            if (line.length() == LONGEST_NAME) {
                throw forbidden("a name of NumPy's", line.toString());
            }
            line.append((char) next);
            next = in.next();
        }
        return line.toString();
    }

    private void mark() throws RejectedModelException {
        if (marks.size() == MOST_MARKS) {
            throw tooLarge(MOST_MARKS + " levels", "more");
        }
        marks.add(stack.size());
    }

    private void push(Object value) throws RejectedModelException {
        if (stack.size() == MOST_STACKED) {
            throw tooLarge(MOST_STACKED + " values on the stack", "more");
        }
        stack.add(value);
    }

    private void pushNew(Object value) throws RejectedModelException {
        objects++;
        if (objects > MOST_OBJECTS) {
            throw tooLarge(MOST_OBJECTS + " objects", "more");
        }
        push(value);
    }

    /** Values above a mark are out of reach until an opcode takes the mark as well. */
    private void requireStacked(int count) throws RejectedModelException {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - floor < count) {
            throw malformed(count + " values on the stack", String.valueOf(stack.size() - floor));
        }
    }

    private Object top() throws RejectedModelException {
        requireStacked(1);
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws RejectedModelException {
        requireStacked(1);
        return stack.remove(stack.size() - 1);
    }

    private List<Object> pop(int count) throws RejectedModelException {
        requireStacked(count);
        List<Object> top = stack.subList(stack.size() - count, stack.size());
        List<Object> popped = List.copyOf(top);
        top.clear();
        return popped;
    }

    private List<Object> popToMark() throws RejectedModelException {
        if (marks.isEmpty()) {
            throw malformed("a mark", "none");
        }
        List<Object> popped = pop(stack.size() - marks.get(marks.size() - 1));
        marks.remove(marks.size() - 1);
        return popped;
    }

    private void append(List<Object> values) throws RejectedModelException {
        if (!(top() instanceof ArrayList<?>)) {
            throw malformed("a list to append to", kind(top()));
        }
        @SuppressWarnings("unchecked")
        List<Object> list = (List<Object>) top();
        list.addAll(values);
        requireSize(list.size());
    }

    private void put(List<Object> pairs) throws RejectedModelException {
        if (!(top() instanceof HashMap<?, ?>) || pairs.size() % 2 != 0) {
            throw malformed("a dict, and pairs for it", pairs.size() + " values for " + kind(top()));
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> dict = (Map<Object, Object>) top();
        for (int i = 0; i < pairs.size(); i += 2) {
            Object key = pairs.get(i);
            if (!(key instanceof String || key instanceof Long)) {
                throw forbidden("a text or an integer as key", kind(key));
            }
            if (dict.put(key, pairs.get(i + 1)) != null) {
                throw malformed("a key once", "key " + key + " twice");
            }
        }
        requireSize(dict.size());
    }

    /** What is appended need not be new: each time, it may be the same value from the memo. */
    private static void requireSize(int size) throws RejectedModelException {
        if (size > Model.MOST_TENSORS) {
            throw tooLarge(Model.MOST_TENSORS + " values in a list or dict", "more");
        }
    }

    /** Python numbers what it remembers in a row. */
    private void memoize(long index) throws RejectedModelException {
        if (index != memo.size()) {
            throw forbidden("memo " + memo.size(), "memo " + index);
        }
        if (memo.size() == MOST_OBJECTS) {
            throw tooLarge(MOST_OBJECTS + " in the memo", "more");
        }
        memo.add(top());
    }

    private Object remembered(long index) throws RejectedModelException {
        if (index < 0 || index >= memo.size()) {
            throw malformed("a memo below " + memo.size(), String.valueOf(index));
        }
        return memo.get((int) index);
    }

    private void stackGlobal() throws RejectedModelException {
        List<Object> names = pop(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
            throw malformed("two texts as name", kind(names.get(0)) + " and " + kind(names.get(1)));
        }
        push(global(module, name));
    }

    private static Global global(String module, String name) throws RejectedModelException {
        Global global = GLOBALS.get(module + "." + name);
        if (global == null) {
            throw forbidden("a name of NumPy's arrays", "global " + module + "." + name);
        }
        return global;
    }

    private void reduce() throws RejectedModelException {
        List<Object> call = pop(2);
        List<?> arguments = call.get(1) instanceof Tuple tuple ? tuple.items() : List.of();
        if (call.get(0) == Global.RECONSTRUCT && isEmptyArray(arguments)) {
            pushNew(new PickledArray());
        } else if (call.get(0) == Global.DTYPE
                && arguments.size() == 3
                && arguments.get(0) instanceof String code
                && Boolean.FALSE.equals(arguments.get(1))
                && Boolean.TRUE.equals(arguments.get(2))) {
            pushNew(new PickledArray.ElementType(code));
        } else {
            throw forbidden("an array or a dtype", "a call of " + kind(call.get(0)));
        }
    }

    /** {@code (ndarray, (0,), b'b')}. */
    private static boolean isEmptyArray(List<?> arguments) {
        return arguments.size() == 3
                && arguments.get(0) == Global.NDARRAY
                && arguments.get(1) instanceof Tuple shape
                && shape.items().size() == 1
                && Long.valueOf(0).equals(shape.items().get(0))
                && arguments.get(2) instanceof ByteBuffer code
                && code.remaining() == 1
                && code.get(0) == 'b';
    }

    private void build() throws RejectedModelException {
        Object state = pop();
        if (top() instanceof PickledArray array) {
            array.build(state);
        } else if (top() instanceof PickledArray.ElementType type) {
            type.build(state);
        } else {
            throw forbidden("a state of an array or a dtype", "of " + kind(top()));
        }
    }

    /** What a value is, for messages; never what is in it. */
    static String kind(Object value) {
        if (value instanceof Long number) {
            return "the integer " + number;
        }
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof Tuple tuple) {
            return "a tuple of " + tuple.items().size();
        }
        if (value instanceof Global global) {
            return global.name();
        }
        return value == NONE ? "None" : "a " + value.getClass().getSimpleName();
    }

    private static String hex(int opcode) {
        return "0x" + Integer.toHexString(opcode);
    }

    private static RejectedModelException malformed(String expected, String actual) {
        return new RejectedModelException(ModelReason.MALFORMED, expected, actual);
    }

    private static RejectedModelException forbidden(String expected, String actual) {
        return new RejectedModelException(ModelReason.FORBIDDEN, expected, actual);
    }

    private static RejectedModelException tooLarge(String expected, String actual) {
        return new RejectedModelException(ModelReason.TOO_LARGE, expected, actual);
    }
}
