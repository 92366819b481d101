#include "data/engine/MySqlConnection.h"

#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/MySQL/SessionImpl.h>
#include <mysql/errmsg.h>
#include <mysql/mysql.h>

#include <cstdio>
#include <stdexcept>

namespace chat::data {

namespace {

// From the library's mysql/client_plugin.h, which can't be included: it includes a header that isn't shipped with it.
// The library refuses a plugin of another version of this interface.
constexpr int ConnectionPlugin = 103;
constexpr unsigned InterfaceVersion = 0x0100;

struct ConnectionHandler : st_mysql_client_plugin {
  MYSQL* (*connect)(MYSQL*, const char* host, const char* user, const char* password, const char* database,
                    unsigned port, const char* socket, unsigned long flags);
  void (*close)(MYSQL*);
  int (*set_optionsv)(MYSQL*, unsigned option, ...);
  int (*set_connection)(MYSQL*, enum_server_command, const char*, std::size_t, my_bool, void*);
  my_bool (*reconnect)(MYSQL*);
  int (*reset)(MYSQL*);
};

constexpr const char* HandlerName = "chat";

/// The options of the connection that this thread is making: the library passes on only what Poco gives it.
thread_local const Options* connecting = nullptr;

class Connecting {
 public:
  explicit Connecting(const Options& options) noexcept { connecting = &options; }
  ~Connecting() { connecting = nullptr; }
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;
};

MYSQL* fail(MYSQL* mysql, const char* reason) noexcept {
  mysql->net.last_errno = CR_SSL_CONNECTION_ERROR;
  std::snprintf(mysql->net.last_error, sizeof mysql->net.last_error, "TLS/SSL error: %s", reason);
  return nullptr;
}

bool setFile(MYSQL* mysql, mysql_option option, const std::filesystem::path& file) noexcept {
  return file.empty() || mysql_optionsv(mysql, option, file.c_str()) == 0;
}

/// Everything is set in all cases: the library's defaults differ from release to release, and are more than these.
bool setTls(MYSQL* mysql, const Options& options) noexcept {
  const my_bool encrypts = options.tls != Tls::Off;
  const my_bool verifies = options.tls == Tls::Verify;
  if (mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &encrypts) != 0 ||
      mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies) != 0) {
    return false;
  }
  if (!encrypts) return true;
  // The library connects to "localhost" by a Unix socket, and never encrypts there.
  const unsigned protocol = MYSQL_PROTOCOL_TCP;
  return mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &protocol) == 0 &&
         mysql_optionsv(mysql, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3") == 0 &&
         setFile(mysql, MYSQL_OPT_SSL_CA, options.tlsCa) &&
         setFile(mysql, MYSQL_OPT_SSL_CERT, options.tlsCertificate) &&
         setFile(mysql, MYSQL_OPT_SSL_KEY, options.tlsKey);
}

MYSQL* connectHere(MYSQL* mysql, const char* host, const char* user, const char* password, const char* database,
                   unsigned port, const char* socket, unsigned long flags) noexcept {
  if (connecting == nullptr) return fail(mysql, "not a connection of this server");
  if (!setTls(mysql, *connecting)) return fail(mysql, "the client library has no such option");
  if (mysql_real_connect(mysql, host, user, password, database, port, socket, flags) == nullptr) return nullptr;
  // If the server offers none, the library is content with a plain connection, unless it checks the certificate.
  if (connecting->tls != Tls::Off && mysql_get_ssl_cipher(mysql) == nullptr) {
    return fail(mysql, "database.tls requires TLS, but the database server offers none");
  }
  return mysql;
}

/// Called before each command. Not to be left out: the library doesn't check whether a handler has it.
int useConnection(MYSQL*, enum_server_command, const char*, std::size_t, my_bool, void*) noexcept {
  return 0;
}

ConnectionHandler handler() noexcept {
  ConnectionHandler plugin{};
  plugin.type = ConnectionPlugin;
  plugin.interface_version = InterfaceVersion;
  plugin.name = HandlerName;
  plugin.license = "";
  plugin.connect = &connectHere;
  plugin.set_connection = &useConnection;
  return plugin;
}

}  // namespace

void prepareMySqlConnections() {
  // Initialises the client library, which must happen before threads use it.
  Poco::Data::MySQL::Connector::registerConnector();
  static ConnectionHandler plugin = handler();
  if (mysql_client_register_plugin(nullptr, &plugin) == nullptr) {
    throw std::runtime_error("the client library of MySQL takes no connection handler");
  }
}

std::string mySqlConnectionString(const Options& options, InDatabase inDatabase) {
  return "host=" + std::string(HandlerName) + "://" + options.host + ";port=" + std::to_string(options.port) +
         ";user=" + options.user + ";password=" + options.password +
         (inDatabase == InDatabase::Yes ? ";db=" + options.name : "") +
         ";character-set=utf8mb4;auto-reconnect=false;compress=false";
}

Poco::AutoPtr<Poco::Data::SessionImpl> connectMySql(const Options& options, const std::string& connectionString,
                                                    std::size_t seconds) {
  const Connecting scope(options);
  return new Poco::Data::MySQL::SessionImpl(connectionString, seconds);
}

}  // namespace chat::data
