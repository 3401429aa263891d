package io.attestedmesh.federated.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The parameters of a machine learning model: named tensors, in an order that peers which know no names go by. */
public final class Model {
    /** More than any network of today has. */
    public static final int MOST_TENSORS = 65_536;

    private final Map<String, Tensor> tensors;

    private Model(Map<String, Tensor> tensors) {
        if (tensors.size() > MOST_TENSORS) {
            throw new IllegalArgumentException(tensors.size() + " tensors");
        }
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /** The order of {@code tensors} is that of the model. */
    public static Model of(Map<String, Tensor> tensors) {
        return new Model(new LinkedHashMap<>(tensors));
    }

    /** Tensors that came without names are called by their place, from {@code 0} on. */
    public static Model ofList(List<Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach(tensor -> named.put(String.valueOf(named.size()), tensor));
        return new Model(named);
    }

    public Map<String, Tensor> tensors() {
        return tensors;
    }

    public List<Tensor> list() {
        return List.copyOf(tensors.values());
    }

    /** What all elements take, without names and shapes. */
    public long bytes() {
        long bytes = 0;
        for (Tensor tensor : tensors.values()) {
            bytes += (long) tensor.elements() * tensor.type().bytes();
        }
        return bytes;
    }

    /**
     * This model under the names of another, for one that came as a list.
     *
     * @throws RejectedModelException if number, types or shapes of the tensors differ
     */
    public Model named(Model like) throws RejectedModelException {
        Map<String, Tensor> named = new LinkedHashMap<>();
        if (tensors.size() != like.tensors.size()) {
            throw new RejectedModelException(
                    ModelReason.OTHER_TENSORS, like.tensors.size() + " tensors", String.valueOf(tensors.size()));
        }
        List<Tensor> own = list();
        like.tensors.forEach((name, tensor) -> named.put(name, own.get(named.size())));
        Model renamed = new Model(named);
        renamed.requireLike(like);
        return renamed;
    }

    /**
     * Refuses a model that cannot be averaged with another: its names, their order, types and shapes must be the same.
     *
     * @throws RejectedModelException naming the first tensor that differs
     */
    public void requireLike(Model like) throws RejectedModelException {
        List<String> expected = List.copyOf(like.tensors.keySet());
        List<String> actual = List.copyOf(tensors.keySet());
        if (expected.size() != actual.size()) {
            throw new RejectedModelException(
                    ModelReason.OTHER_TENSORS, expected.size() + " tensors", String.valueOf(actual.size()));
        }
        for (int i = 0; i < expected.size(); i++) {
            String name = expected.get(i);
            if (!name.equals(actual.get(i))) {
                throw new RejectedModelException(
                        ModelReason.OTHER_TENSORS, "tensor " + name, "tensor " + actual.get(i));
            }
            Tensor wanted = like.tensors.get(name);
            Tensor given = tensors.get(name);
            if (wanted.type() != given.type()) {
                throw new RejectedModelException(
                        ModelReason.OTHER_TYPE,
                        name + ": " + wanted.type(),
                        given.type().toString());
            }
            if (!wanted.shape().equals(given.shape())) {
                throw new RejectedModelException(
                        ModelReason.OTHER_SHAPE,
                        name + ": " + wanted.shape(),
                        given.shape().toString());
            }
        }
    }

    /**
     * Refuses what cannot be calculated with.
     *
     * @throws RejectedModelException naming the first element that is infinite or not a number, and its place
     */
    public void requireFinite() throws RejectedModelException {
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            OptionalInt place = entry.getValue().firstNotFinite();
            if (place.isPresent()) {
                throw new RejectedModelException(
                        ModelReason.NOT_FINITE,
                        entry.getKey() + ": finite elements",
                        entry.getValue().at(place.getAsInt()) + " at " + place.getAsInt());
            }
        }
    }

    /** With the same names, in the same order, and equal tensors. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Model that
                && tensors.equals(that.tensors)
                && List.copyOf(tensors.keySet()).equals(List.copyOf(that.tensors.keySet()));
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    @Override
    public String toString() {
        return tensors.size() + " tensors of " + bytes() + " bytes";
    }
}
