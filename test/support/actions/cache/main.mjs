console.log('nothing is cached');
