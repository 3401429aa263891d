package io.attestedmesh.enclave.secrets;

/**
 * State as it was read or written last.
 *
 * @param of its name and version
 * @param content the caller destroys it
 * @param entityTag of the object that holds it: the next version replaces this one and no other
 */
public record StoredState(NamedVersion of, SecretBytes content, String entityTag) {}
