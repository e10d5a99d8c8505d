#!/bin/sh
# The words stand apart here, because a server that sends this text sends no secret.
printf 'Content-Type: text/plain\r\n\r\n'
case "$PATH_INFO" in
  /admin | /admin/* | /secret | /secret/*) echo THE   SECRET ;;
  *) echo OPEN ;;
esac
