package io.attestedmesh.federated.flower;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.flower.wire.Parameters;
import io.attestedmesh.federated.flower.wire.Scalar.ScalarCase;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.Npy;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Between the messages of Flower and what they mean. Tensors are neither copied when read nor when written. */
final class FlowerWire {
    /** How tensors are written: each as a file of {@code numpy.save}. */
    static final String NUMPY = "numpy.ndarray";

    private static final int MOST_SCALARS = 10_000;
    private static final int LONGEST_NAME = 200;

    private FlowerWire() {}

    static Parameters parameters(Model model) {
        Parameters.Builder parameters = Parameters.newBuilder().setTensorType(NUMPY);
        for (Tensor tensor : model.tensors().values()) {
            ByteString header = UnsafeByteOperations.unsafeWrap(Npy.header(tensor.type(), tensor.shape()));
            parameters.addTensors(header.concat(UnsafeByteOperations.unsafeWrap(tensor.data())));
        }
        return parameters.build();
    }

    /** Its tensors are called by their places. */
    static Model model(Parameters parameters) throws RejectedModelException {
        if (!parameters.getTensorType().equals(NUMPY)) {
            throw new RejectedModelException(
                    ModelReason.UNSUPPORTED_TYPE, "tensors of type " + NUMPY, parameters.getTensorType());
        }
        if (parameters.getTensorsCount() > Model.MOST_TENSORS) {
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE,
                    "at most " + Model.MOST_TENSORS + " tensors",
                    String.valueOf(parameters.getTensorsCount()));
        }
        List<Tensor> tensors = new ArrayList<>();
        for (ByteString tensor : parameters.getTensorsList()) {
            tensors.add(Npy.read(tensor.asReadOnlyByteBuffer()));
        }
        return Model.ofList(tensors);
    }

    static Map<String, io.attestedmesh.federated.flower.wire.Scalar> scalars(Map<String, Scalar> scalars) {
        Map<String, io.attestedmesh.federated.flower.wire.Scalar> written = new LinkedHashMap<>();
        scalars.forEach((name, scalar) -> written.put(name, scalar(scalar)));
        return written;
    }

    private static io.attestedmesh.federated.flower.wire.Scalar scalar(Scalar scalar) {
        var written = io.attestedmesh.federated.flower.wire.Scalar.newBuilder();
        if (scalar instanceof Scalar.Real real) {
            written.setDouble(real.value());
        } else if (scalar instanceof Scalar.Whole whole) {
            written.setSint64(whole.value());
        } else if (scalar instanceof Scalar.Flag flag) {
            written.setBool(flag.value());
        } else if (scalar instanceof Scalar.Text text) {
            written.setString(text.value());
        } else if (scalar instanceof Scalar.Blob blob) {
            written.setBytes(UnsafeByteOperations.unsafeWrap(blob.value().toByteArray()));
        }
        return written.build();
    }

    /** An unsigned number that a long does not hold is refused, and so is a value of no type. */
    static Map<String, Scalar> read(Map<String, io.attestedmesh.federated.flower.wire.Scalar> scalars)
            throws RejectedModelException {
        if (scalars.size() > MOST_SCALARS) {
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE, "at most " + MOST_SCALARS + " values", String.valueOf(scalars.size()));
        }
        Map<String, Scalar> read = new LinkedHashMap<>();
        for (Map.Entry<String, io.attestedmesh.federated.flower.wire.Scalar> entry : scalars.entrySet()) {
            if (entry.getKey().length() > LONGEST_NAME) {
                throw new RejectedModelException(
                        ModelReason.TOO_LARGE,
                        "names of at most " + LONGEST_NAME + " characters",
                        String.valueOf(entry.getKey().length()));
            }
            read.put(entry.getKey(), read(entry.getKey(), entry.getValue()));
        }
        return read;
    }

    private static Scalar read(String name, io.attestedmesh.federated.flower.wire.Scalar scalar)
            throws RejectedModelException {
        ScalarCase type = scalar.getScalarCase();
        if (type == ScalarCase.SCALAR_NOT_SET || (type == ScalarCase.UINT64 && scalar.getUint64() < 0)) {
            throw new RejectedModelException(
                    ModelReason.MALFORMED, "a value of " + name + " of a type that is known", type.toString());
        }
        return switch (type) {
            case DOUBLE -> new Scalar.Real(scalar.getDouble());
            case UINT64 -> new Scalar.Whole(scalar.getUint64());
            case SINT64 -> new Scalar.Whole(scalar.getSint64());
            case BOOL -> new Scalar.Flag(scalar.getBool());
            case STRING -> new Scalar.Text(scalar.getString());
            default -> new Scalar.Blob(Bytes.of(scalar.getBytes().toByteArray()));
        };
    }
}
