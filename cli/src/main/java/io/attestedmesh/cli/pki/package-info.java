/** {@code amesh pki}. */
package io.attestedmesh.cli.pki;
