package io.attestedmesh.federated.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON in front of the data of a safetensors file: where which tensor is. Its reader is strict: members that the
 * format does not name, names that come twice, and bytes of the data that belong to no tensor or to two are refused.
 *
 * @param entries in the order of their data, which is that of the model
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    private static final int MOST_DEPTH = 3;
    private static final int LONGEST_NAME = 4096;
    private static final int MOST_METADATA = 1024;
    private static final int LONGEST_METADATA = 1 << 20;
    private static final int MOST_DIGITS = 20;
    private static final int ALIGNMENT = 8;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // names come once: a table of them would only grow
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxNumberLength(MOST_DIGITS)
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(LONGEST_METADATA)
                    .build())
            .build();

    /** The tensor's name, and its place in the data. */
    record Entry(String name, UntrustedTensor tensor, long begin, long end) {}

    /**
     * Reads the JSON.
     *
     * @param data the bytes behind it
     */
    static SafetensorsHeader parse(ByteBuffer json, long data) throws RejectedModelException {
        if (!json.hasRemaining() || json.get(json.position()) != '{') {
            throw malformed("a header that begins with {", "another byte, or none");
        }
        // a reader, since Jackson would guess the encoding of bytes
        InputStreamReader text = new InputStreamReader(
                new BufferInput(json),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser in = STRICT.createParser(text)) {
            SafetensorsHeader header = new Reading(in).header();
            header.requireCovered(data);
            return header;
        } catch (RejectedModelException e) {
            throw e;
        } catch (StreamConstraintsException e) {
            throw new RejectedModelException(ModelReason.TOO_LARGE, "a bounded header", e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw malformed("a JSON header", e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed("a header in UTF-8", e.toString());
        }
    }

    /** Every byte of the data belongs to one tensor. */
    private void requireCovered(long data) throws RejectedModelException {
        long covered = 0;
        for (Entry entry : entries) {
            if (entry.begin != covered) {
                throw malformed(entry.name + " from " + covered + " on", "from " + entry.begin);
            }
            if (entry.end - entry.begin != entry.tensor.bytes()) {
                throw malformed(
                        entry.name + ": " + entry.tensor.bytes() + " bytes",
                        "data_offsets " + entry.begin + " to " + entry.end);
            }
            covered = entry.end;
        }
        if (covered != data) {
            throw new RejectedModelException(
                    covered > data ? ModelReason.TRUNCATED : ModelReason.MALFORMED,
                    covered + " bytes of data",
                    String.valueOf(data));
        }
    }

    /** The header as the format writes it: its length in 8 bytes, and JSON that spaces fill up to a multiple of 8. */
    ByteBuffer encode() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(new byte[Long.BYTES]);
        try (JsonGenerator out = STRICT.createGenerator(json)) {
            out.writeStartObject();
            if (!metadata.isEmpty()) {
                out.writeObjectFieldStart(METADATA);
                for (Map.Entry<String, String> each : metadata.entrySet()) {
                    out.writeStringField(each.getKey(), each.getValue());
                }
                out.writeEndObject();
            }
            for (Entry entry : entries) {
                out.writeObjectFieldStart(entry.name);
                out.writeStringField("dtype", name(entry.tensor.type()));
                out.writeArrayFieldStart("shape");
                for (int length : entry.tensor.shape().dimensions()) {
                    out.writeNumber(length);
                }
                out.writeEndArray();
                out.writeArrayFieldStart("data_offsets");
                out.writeNumber(entry.begin);
                out.writeNumber(entry.end);
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a header goes into memory", e);
        }
        byte[] padding = new byte[-json.size() & (ALIGNMENT - 1)];
        Arrays.fill(padding, (byte) ' ');
        json.writeBytes(padding);
        ByteBuffer encoded = ByteBuffer.wrap(json.toByteArray());
        encoded.putLong(0, Long.reverseBytes(encoded.remaining() - (long) Long.BYTES));
        return encoded;
    }

    /** True if it can be in a header: without halves of surrogate pairs, and not too long. */
    static boolean isText(String text, int longest) {
        return text.length() <= longest && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static boolean isName(String name) {
        return isText(name, LONGEST_NAME) && !name.equals(METADATA);
    }

    static boolean isMetadata(Map<String, String> metadata) {
        long length = 0;
        for (Map.Entry<String, String> each : metadata.entrySet()) {
            if (!isText(each.getKey(), LONGEST_NAME) || !isText(each.getValue(), LONGEST_METADATA)) {
                return false;
            }
            length += each.getKey().length() + (long) each.getValue().length();
        }
        return metadata.size() <= MOST_METADATA && length <= LONGEST_METADATA;
    }

    private static String name(DType type) {
        return type == DType.BOOL ? "BOOL" : (type.isFloat() ? "F" : "I") + type.bytes() * Byte.SIZE;
    }

    private static RejectedModelException malformed(String expected, String actual) {
        return new RejectedModelException(ModelReason.MALFORMED, expected, actual);
    }

    /** One pass over the JSON. */
    private static final class Reading {
        private final JsonParser in;
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();

        Reading(JsonParser in) {
            this.in = in;
        }

        SafetensorsHeader header() throws IOException {
            require(in.nextToken(), JsonToken.START_OBJECT);
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                require(in.nextToken(), JsonToken.START_OBJECT);
                if (name.equals(METADATA)) {
                    readMetadata();
                } else {
                    entries.add(entry(name));
                }
                if (entries.size() > Model.MOST_TENSORS) {
                    throw new RejectedModelException(ModelReason.TOO_LARGE, Model.MOST_TENSORS + " tensors", "more");
                }
            }
            if (in.nextToken() != null) {
                throw malformed("nothing behind the header's object", String.valueOf(in.currentToken()));
            }
            // stable: tensors without elements keep the order in which the header names them
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            return new SafetensorsHeader(entries, metadata);
        }

        private void readMetadata() throws IOException {
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                require(in.nextToken(), JsonToken.VALUE_STRING);
                metadata.put(key, in.getText());
                if (metadata.size() > MOST_METADATA) {
                    throw new RejectedModelException(ModelReason.TOO_LARGE, MOST_METADATA + " metadata", "more");
                }
            }
            if (!isMetadata(metadata)) {
                throw malformed("metadata of " + LONGEST_METADATA + " characters", "more, or half a surrogate pair");
            }
        }

        private Entry entry(String name) throws IOException {
            if (!isName(name)) {
                throw malformed("a tensor's name", "half a surrogate pair");
            }
            Optional<DType> type = Optional.empty();
            List<Long> shape = List.of();
            List<Long> offsets = List.of();
            int members = 0;
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String member = in.currentName();
                in.nextToken();
                switch (member) {
                    case "dtype" -> type = Optional.of(type());
                    case "shape" -> shape = numbers(Shape.MOST_DIMENSIONS);
                    case "data_offsets" -> offsets = numbers(2);
                    default -> throw malformed("dtype, shape and data_offsets", member);
                }
                members++; // none comes twice
            }
            if (members != 3 || type.isEmpty() || offsets.size() != 2) {
                throw malformed(name + " with dtype, shape and two data_offsets", members + " members");
            }
            return new Entry(
                    name,
                    new UntrustedTensor(type.get(), UntrustedTensor.shape(shape)),
                    offsets.get(0),
                    offsets.get(1));
        }

        private DType type() throws IOException {
            require(in.currentToken(), JsonToken.VALUE_STRING);
            String given = in.getText();
            for (DType type : DType.values()) {
                if (name(type).equals(given)) {
                    return type;
                }
            }
            throw new RejectedModelException(
                    ModelReason.UNSUPPORTED_TYPE, "F16, F32, F64, I8, I16, I32, I64 or BOOL", given);
        }

        private List<Long> numbers(int most) throws IOException {
            require(in.currentToken(), JsonToken.START_ARRAY);
            List<Long> numbers = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                require(in.currentToken(), JsonToken.VALUE_NUMBER_INT);
                if (numbers.size() == most) {
                    throw new RejectedModelException(ModelReason.TOO_LARGE, most + " numbers", "more");
                }
                if (in.getText().startsWith("-")) {
                    throw malformed("a number from 0 on", in.getText());
                }
                if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new RejectedModelException(ModelReason.TOO_LARGE, "a number below 2^63", in.getText());
                }
                numbers.add(in.getLongValue());
            }
            return numbers;
        }

        private static void require(JsonToken actual, JsonToken expected) throws RejectedModelException {
            if (actual != expected) {
                throw malformed(expected.toString(), String.valueOf(actual));
            }
        }
    }
}
