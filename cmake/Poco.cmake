# The parts of Poco that plugins and the server use. Its target DataMySQL refers to MySQL::client, which Poco doesn't
# define, so it is defined first.
if(NOT TARGET MySQL::client)
  find_library(MYSQL_CLIENT_LIB NAMES mariadb mysqlclient REQUIRED)
  find_path(MYSQL_CLIENT_INCLUDE mysql.h PATH_SUFFIXES mariadb mysql REQUIRED)
  add_library(MySQL::client INTERFACE IMPORTED)
  set_property(TARGET MySQL::client PROPERTY INTERFACE_LINK_LIBRARIES ${MYSQL_CLIENT_LIB})
  set_property(TARGET MySQL::client PROPERTY INTERFACE_INCLUDE_DIRECTORIES ${MYSQL_CLIENT_INCLUDE})
endif()
find_package(Poco 1.11 CONFIG REQUIRED COMPONENTS Foundation Util Net JSON Data DataMySQL DataSQLite)
