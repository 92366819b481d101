#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Data/SessionImpl.h>

#include <cstddef>
#include <string>

#include "data/Options.h"

namespace chat::data {

/// The way in which every connection to MySQL is made, with TLS as `Options::tls` says.
///
/// Poco's session connects in its constructor and has no setting for TLS. So the connection string names, in place of
/// the host, a connection handler: a kind of plugin of MariaDB Connector/C, which the library calls to connect. The
/// handler, a part of this program, sets the library's options and connects. A connection that was made in any other
/// way would fail, rather than be plain: only the handler knows the host.

/// Registers the handler; called once or more before the first connection.
void prepareMySqlConnections();

enum class InDatabase : bool { No, Yes };
/// Poco's string for a connection: in `Options::name`, or in no database.
std::string mySqlConnectionString(const Options& options, InDatabase inDatabase);

/// Connects within `seconds`. Thread: any. Errors: Poco::Data::ConnectionFailedException.
Poco::AutoPtr<Poco::Data::SessionImpl> connectMySql(const Options& options, const std::string& connectionString,
                                                    std::size_t seconds);

}  // namespace chat::data
