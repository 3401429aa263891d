/**
 * Models as named tensors, and the formats that they are kept and sent in. Bytes of a peer become numbers, and never
 * objects; a format's reader allocates nothing that the bytes at hand do not pay for.
 *
 * <pre>{@code
 * Model model = Model.of(Map.of("weight", Tensor.of(Shape.of(2, 2), 1, 2, 3, 4)));
 * update.requireLike(model); // RejectedModelException: OTHER_SHAPE: expected weight: (2, 2), actual (4)
 * }</pre>
 */
package io.attestedmesh.federated.model;
