<?php
return ['paths' => [], 'compiled' => getenv('FOLDER')];
