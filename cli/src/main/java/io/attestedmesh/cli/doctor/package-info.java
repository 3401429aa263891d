/** {@code amesh doctor}: looks at what a node needs, and says what to do about what is missing. */
package io.attestedmesh.cli.doctor;
