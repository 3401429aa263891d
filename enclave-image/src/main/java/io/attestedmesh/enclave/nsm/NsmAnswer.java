package io.attestedmesh.enclave.nsm;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The fields of an answer to one request (aws-nitro-enclaves-nsm-api, {@code Response}). */
final class NsmAnswer {
    private static final CBORMapper CBOR = CBORMapper.builder(CBORFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Map<String, NsmError> ERRORS = Map.of(
            "InvalidArgument", NsmError.INVALID_ARGUMENT,
            "InvalidIndex", NsmError.INVALID_INDEX,
            "InvalidResponse", NsmError.INVALID_RESPONSE,
            "ReadOnlyIndex", NsmError.READ_ONLY_INDEX,
            "InvalidOperation", NsmError.INVALID_OPERATION,
            "BufferTooSmall", NsmError.BUFFER_TOO_SMALL,
            "InputTooLarge", NsmError.INPUT_TOO_LARGE,
            "InternalError", NsmError.INTERNAL_ERROR);

    private final String request;
    private final JsonNode fields;

    private NsmAnswer(String request, JsonNode fields) {
        this.request = request;
        this.fields = fields;
    }

    /**
     * Reads {@code {"<request>": {…}}}, or the bare {@code "<request>"} of one that has nothing to tell; {@code
     * {"Error": "<code>"}} is thrown.
     */
    static NsmAnswer read(String request, Bytes encoded) throws NsmException {
        JsonNode answer;
        try {
            answer = CBOR.readTree(encoded.toByteArray());
        } catch (IOException e) {
            throw new NsmException(NsmError.UNEXPECTED_ANSWER, request + ": the answer is no CBOR item", e);
        }
        if (answer.isTextual() && answer.textValue().equals(request)) {
            return new NsmAnswer(request, CBOR.createObjectNode());
        }
        if (answer.isObject() && answer.size() == 1) {
            if (answer.path("Error").isTextual()) {
                throw error(request, answer.get("Error").textValue());
            }
            if (answer.path(request).isObject()) {
                return new NsmAnswer(request, answer.get(request));
            }
        }
        throw unexpected(request, "it is neither of this request nor an error");
    }

    private static NsmException error(String request, String code) {
        NsmError known = ERRORS.get(code);
        return known == null
                ? unexpected(request, "the unknown error " + Excerpt.of(code))
                : new NsmException(known, "the NSM refused " + request);
    }

    String text(String field) throws NsmException {
        return require(field, fields.path(field).isTextual(), "text").textValue();
    }

    boolean flag(String field) throws NsmException {
        return require(field, fields.path(field).isBoolean(), "true or false").booleanValue();
    }

    /** An unsigned number of at most 16 bits. */
    int number(String field) throws NsmException {
        return number(fields.path(field), field);
    }

    NavigableSet<Integer> numbers(String field) throws NsmException {
        NavigableSet<Integer> numbers = new TreeSet<>();
        for (JsonNode each : require(field, fields.path(field).isArray(), "a list of numbers")) {
            numbers.add(number(each, field));
        }
        return numbers;
    }

    Bytes bytes(String field) throws NsmException {
        JsonNode value = require(field, fields.path(field).isBinary(), "bytes");
        try {
            return Bytes.of(value.binaryValue());
        } catch (IOException e) {
            throw new NsmException(NsmError.UNEXPECTED_ANSWER, request + ": " + field, e);
        }
    }

    private int number(JsonNode value, String field) throws NsmException {
        boolean fits = value.isIntegralNumber() && value.canConvertToInt();
        int number = require(field, fits, value, "a number").intValue();
        require(field, number >= 0 && number <= 0xffff, value, "a number of 16 bits");
        return number;
    }

    private JsonNode require(String field, boolean held, String expected) throws NsmException {
        return require(field, held, fields.path(field), expected);
    }

    private JsonNode require(String field, boolean held, JsonNode value, String expected) throws NsmException {
        if (!held) {
            throw unexpected(request, field + " is not " + expected + " but " + value.getNodeType());
        }
        return value;
    }

    private static NsmException unexpected(String request, String why) {
        return new NsmException(NsmError.UNEXPECTED_ANSWER, "the answer to " + request + ": " + why);
    }
}
