package io.attestedmesh.federated.model;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the Python dict in front of an array as NumPy writes it, and no other Python: three keys in their order, spaces and
 * a line feed behind it.
 */
final class NpyHeader {
    private static final int MOST_DIGITS = 18;

    private final String text;
    private int at;

    NpyHeader(String text) {
        this.text = text;
    }

    UntrustedTensor tensor() throws RejectedModelException {
        expect("{'descr': ");
        String description = description();
        expect(", 'fortran_order': ");
        boolean columnMajor = text.startsWith("True", at);
        expect(columnMajor ? "True" : "False");
        expect(", 'shape': ");
        Shape shape = UntrustedTensor.shape(lengths());
        expect(", }");
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        expect("\n");
        if (at != text.length()) {
            throw malformed("the end of the header");
        }
        return new UntrustedTensor(type(description), shape, order(description), columnMajor);
    }

    /** What comes between the quotes. */
    private String description() throws RejectedModelException {
        if (text.startsWith("[", at) || text.startsWith("(", at)) {
            throw new RejectedModelException(ModelReason.UNSUPPORTED_TYPE, "numbers", "records: " + rest());
        }
        expect("'");
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw malformed("a closing quote");
        }
        String description = text.substring(at, end);
        at = end + 1;
        return description;
    }

    private static DType type(String description) throws RejectedModelException {
        DType type = description.isEmpty()
                ? null
                : DType.ofCode(description.substring(1)).orElse(null);
        if (type == null) {
            throw new RejectedModelException(
                    ModelReason.UNSUPPORTED_TYPE, "f2, f4, f8, i1, i2, i4, i8 or b1", description);
        }
        if ((description.charAt(0) == '|') != (type.bytes() == 1) || "<>|".indexOf(description.charAt(0)) < 0) {
            throw new RejectedModelException(
                    ModelReason.MALFORMED, type.bytes() == 1 ? "|" + type.code() : "< or >", description);
        }
        return type;
    }

    private static ByteOrder order(String description) {
        return description.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** A tuple: {@code ()}, {@code (3,)}, {@code (3, 4)}. */
    private List<Long> lengths() throws RejectedModelException {
        List<Long> lengths = new ArrayList<>();
        expect("(");
        while (!text.startsWith(")", at)) {
            if (!lengths.isEmpty()) {
                expect(" ");
            }
            lengths.add(length());
            if (lengths.size() > 1 && text.startsWith(")", at)) {
                break;
            }
            expect(",");
            if (lengths.size() > 1 && text.startsWith(")", at)) {
                throw malformed("another length");
            }
        }
        expect(")");
        return lengths;
    }

    private long length() throws RejectedModelException {
        int end = at;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        String digits = text.substring(at, end);
        if (digits.isEmpty() || (digits.length() > 1 && digits.charAt(0) == '0')) {
            throw malformed("a length");
        }
        if (digits.length() > MOST_DIGITS) {
            throw new RejectedModelException(ModelReason.TOO_LARGE, MOST_DIGITS + " digits", digits);
        }
        at = end;
        return Long.parseLong(digits);
    }

    private void expect(String literal) throws RejectedModelException {
        if (!text.startsWith(literal, at)) {
            throw malformed(literal);
        }
        at += literal.length();
    }

    private String rest() {
        return text.substring(at, Math.min(text.length(), at + 40));
    }

    private RejectedModelException malformed(String expected) {
        return new RejectedModelException(ModelReason.MALFORMED, expected, rest());
    }
}
