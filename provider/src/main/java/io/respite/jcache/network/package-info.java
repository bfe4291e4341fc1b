/** What both kinds of stores need of the network library; it knows neither. */
package io.respite.jcache.network;
