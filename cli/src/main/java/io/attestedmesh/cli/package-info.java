/** The {@code amesh} command: the only place where everything meets. */
package io.attestedmesh.cli;
