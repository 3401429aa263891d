/** To be written. */
package io.attestedmesh.mpc.session;
