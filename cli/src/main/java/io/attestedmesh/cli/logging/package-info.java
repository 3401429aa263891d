/** Where log records go: quietly to standard error, so that standard output stays data alone. */
package io.attestedmesh.cli.logging;
