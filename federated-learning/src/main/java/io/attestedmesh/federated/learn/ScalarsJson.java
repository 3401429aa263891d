package io.attestedmesh.federated.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Configurations and metrics as JSON objects: a number with a point or an exponent is a {@link Scalar.Real}, one without
 * is a {@link Scalar.Whole}, and a {@link Scalar.Blob} is {@code {"base64": "..."}}.
 */
final class ScalarsJson {
    private ScalarsJson() {}

    static ObjectNode write(Map<String, Scalar> scalars) throws LearnerException {
        ObjectNode object = Frame.JSON.createObjectNode();
        for (Map.Entry<String, Scalar> entry : scalars.entrySet()) {
            String name = entry.getKey();
            Scalar scalar = entry.getValue();
            if (scalar instanceof Scalar.Real real) {
                object.put(name, requireFinite(name, real.value()));
            } else if (scalar instanceof Scalar.Whole whole) {
                object.put(name, whole.value());
            } else if (scalar instanceof Scalar.Flag flag) {
                object.put(name, flag.value());
            } else if (scalar instanceof Scalar.Text text) {
                object.put(name, text.value());
            } else if (scalar instanceof Scalar.Blob blob) {
                byte[] bytes = blob.value().toByteArray();
                object.putObject(name).put("base64", Base64.getEncoder().encodeToString(bytes));
            }
        }
        return object;
    }

    static Map<String, Scalar> read(JsonNode given) throws LearnerException {
        if (!(given instanceof ObjectNode object)) {
            throw new LearnerException("metrics: expected an object");
        }
        Map<String, Scalar> scalars = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            scalars.put(field.getKey(), scalar(field.getKey(), field.getValue()));
        }
        return scalars;
    }

    private static Scalar scalar(String name, JsonNode value) throws LearnerException {
        if (value.isBoolean()) {
            return new Scalar.Flag(value.booleanValue());
        }
        if (value.isTextual()) {
            return new Scalar.Text(value.textValue());
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return new Scalar.Whole(value.longValue());
        }
        if (value.isFloatingPointNumber()) {
            return new Scalar.Real(requireFinite(name, value.doubleValue()));
        }
        if (value.size() == 1 && value.path("base64").isTextual()) {
            try {
                return new Scalar.Blob(
                        Bytes.of(Base64.getDecoder().decode(value.path("base64").textValue())));
            } catch (IllegalArgumentException e) {
                throw new LearnerException(OneLine.of(name) + ": expected base64", e);
            }
        }
        throw new LearnerException(OneLine.of(name) + ": expected a number of 64 bits, a text, a flag or base64");
    }

    private static double requireFinite(String name, double value) throws LearnerException {
        if (!Double.isFinite(value)) {
            throw new LearnerException(OneLine.of(name) + ": expected a finite number, which JSON has alone");
        }
        return value;
    }
}
