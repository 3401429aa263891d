package io.attestedmesh.federated.learn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request or an answer between an {@link ExternalLearner} and its process, in this order: the length of the header
 * (uint32) and of the body (uint64), little-endian; the header, a JSON object; the body, safetensors or nothing.
 */
record Frame(ObjectNode header, ByteBuffer body) {
    static final int MOST_HEADER_BYTES = 1 << 16;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final int LENGTHS = Integer.BYTES + Long.BYTES;
    private static final int DEPTH = 3;

    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @param mostBodyBytes what is allocated at most, once it is announced */
    static Frame read(ReadableByteChannel from, int mostBodyBytes) throws IOException, LearnerException {
        ByteBuffer lengths = fill(from, LENGTHS);
        long headerBytes = Integer.toUnsignedLong(lengths.getInt());
        long bodyBytes = lengths.getLong();
        requireAtMost("header", headerBytes, MOST_HEADER_BYTES);
        requireAtMost("body", bodyBytes, mostBodyBytes);
        ObjectNode header = parse(fill(from, (int) headerBytes));
        return new Frame(header, bodyBytes == 0 ? NOTHING : fill(from, (int) bodyBytes));
    }

    private static void requireAtMost(String part, long bytes, int most) throws LearnerException {
        if (bytes < 0 || bytes > most) {
            throw new LearnerException("a frame's " + part + ": expected at most " + most + " bytes, actual "
                    + Long.toUnsignedString(bytes));
        }
    }

    private static ByteBuffer fill(ReadableByteChannel from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    private static ObjectNode parse(ByteBuffer header) throws LearnerException {
        try {
            // Strict about UTF-8, and the one encoding: Jackson would take UTF-16 too.
            String text = StandardCharsets.UTF_8.newDecoder().decode(header).toString();
            JsonNode node = JSON.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new LearnerException("a frame's header: expected a JSON object, actual " + node.getNodeType());
        } catch (CharacterCodingException e) {
            throw new LearnerException("a frame's header: expected UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new LearnerException("a frame's header: " + OneLine.of(e.getOriginalMessage()), e);
        }
    }

    /** A header, and a body of several parts, as {@link #write} takes them; what is too large is refused here. */
    static List<ByteBuffer> encode(ObjectNode header, List<ByteBuffer> body) throws LearnerException {
        byte[] text = bytes(header);
        requireAtMost("header", text.length, MOST_HEADER_BYTES);
        long bodyBytes = body.stream().mapToLong(ByteBuffer::remaining).sum();
        ByteBuffer start = ByteBuffer.allocate(LENGTHS + text.length).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> frame = new ArrayList<>();
        frame.add(start.putInt(text.length).putLong(bodyBytes).put(text).flip());
        frame.addAll(body);
        return frame;
    }

    private static byte[] bytes(ObjectNode header) throws LearnerException {
        try {
            return JSON.writeValueAsBytes(header);
        } catch (JsonProcessingException e) {
            throw new LearnerException("a frame's header: " + OneLine.of(e.getOriginalMessage()), e);
        }
    }

    static void write(WritableByteChannel to, List<ByteBuffer> frame) throws IOException {
        for (ByteBuffer part : frame) {
            while (part.hasRemaining()) {
                to.write(part);
            }
        }
    }
}
