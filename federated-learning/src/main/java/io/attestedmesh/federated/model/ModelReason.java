package io.attestedmesh.federated.model;

import io.attestedmesh.attest.evidence.Reason;

/** Why a model, or the bytes of one, were refused. */
public enum ModelReason implements Reason {
    /** The bytes are not of their format. */
    MALFORMED,
    /** They end before what they announce. */
    TRUNCATED,
    /** They are of the format, and ask for what is not in the part of it that is read here. */
    FORBIDDEN,
    /** They are, or say they are, or expand to, more than is allowed. */
    TOO_LARGE,
    /** Elements of a type that no model has, such as Python objects. */
    UNSUPPORTED_TYPE,
    /** More, fewer or other tensors than the model has. */
    OTHER_TENSORS,
    /** A tensor of another shape than the model's. */
    OTHER_SHAPE,
    /** A tensor of another element type than the model's. */
    OTHER_TYPE,
    /** An element is infinite or not a number. */
    NOT_FINITE,
    /** An update that stands for no examples, or for a negative number of them. */
    NO_EXAMPLES,
    /** A second update of one participant, or one that contains what is in the sum already. */
    DUPLICATE,
    /** An average of several updates, where each must come by itself. */
    PARTIAL
}
