package io.attestedmesh.federated.server;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Npy;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** All elements of a model, tensor after tensor, as one array of doubles in a file that {@code numpy.load} reads. */
final class WeightsRow {
    private static final int BLOCK = 8192;

    private WeightsRow() {}

    static void write(Model model, Path file) throws IOException {
        long elements = 0;
        for (Tensor tensor : model.tensors().values()) {
            elements += tensor.elements();
        }
        if (elements > Integer.MAX_VALUE) {
            throw new IOException(file + " would have " + elements + " elements, and can have " + Integer.MAX_VALUE);
        }
        Shape row = Shape.of((int) elements);
        AtomicFile.write(
                file,
                channel -> {
                    drain(Npy.header(DType.FLOAT64, row), channel);
                    for (Tensor tensor : model.tensors().values()) {
                        write(tensor, channel);
                    }
                },
                AtomicFile.Access.OWNER);
    }

    private static void write(Tensor tensor, WritableByteChannel channel) throws IOException {
        double[] block = new double[BLOCK];
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < tensor.elements(); at += BLOCK) {
            int count = Math.min(BLOCK, tensor.elements() - at);
            tensor.doubles(at, block, count);
            bytes.clear().asDoubleBuffer().put(block, 0, count);
            drain(bytes.limit(count * Double.BYTES), channel);
        }
    }

    private static void drain(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
