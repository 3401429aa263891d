/**
 * Which code may talk to us, as a list that several people sign, that cannot be rolled back, and whose history can be
 * proved. {@code docs/releases.md} is the specification.
 */
package io.attestedmesh.releases;
