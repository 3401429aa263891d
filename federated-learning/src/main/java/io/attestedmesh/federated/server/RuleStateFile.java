package io.attestedmesh.federated.server;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Several models in one safetensors file, each tensor called by its model and, behind a slash, its own name. */
final class RuleStateFile {
    private RuleStateFile() {}

    static void write(Path file, Map<String, Model> models) throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>();
        models.forEach(
                (model, tensors) -> tensors.tensors().forEach((name, tensor) -> all.put(model + "/" + name, tensor)));
        Safetensors.of(Model.of(all)).write(file, AtomicFile.Access.OWNER);
    }

    static Map<String, Model> read(Path file) throws IOException {
        Map<String, Map<String, Tensor>> models = new LinkedHashMap<>();
        Safetensors.read(file).model().tensors().forEach((name, tensor) -> {
            int slash = name.indexOf('/');
            models.computeIfAbsent(name.substring(0, Math.max(slash, 0)), any -> new LinkedHashMap<>())
                    .put(name.substring(slash + 1), tensor);
        });
        Map<String, Model> read = new LinkedHashMap<>();
        models.forEach((model, tensors) -> read.put(model, Model.of(tensors)));
        return read;
    }
}
